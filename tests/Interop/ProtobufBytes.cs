namespace NeuralFramework.Tests;

/// <summary>Fields of protobuf's binary format, written by hand.</summary>
internal static class ProtobufBytes
{
    public static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        var rest = (ulong)value;
        for (; rest >= 128; rest >>= 7)
            bytes.Add((byte)(rest | 128));
        return [.. bytes, (byte)rest];
    }

    public static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    public static byte[] Bytes(int field, params byte[] bytes) => [.. Varint(field << 3 | 2), .. Varint(bytes.Length), .. bytes];

    public static byte[] Text(int field, string text) => Bytes(field, System.Text.Encoding.UTF8.GetBytes(text));

    public static byte[] Single(int field, float value) => [.. Varint(field << 3 | 5), .. BitConverter.GetBytes(value)];

    public static byte[] Floats(int field, params float[] values) => Bytes(field, [.. values.SelectMany(BitConverter.GetBytes)]);

    public static byte[] Doubles(int field, params double[] values) => Bytes(field, [.. values.SelectMany(BitConverter.GetBytes)]);
}
