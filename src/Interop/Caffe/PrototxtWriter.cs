using System.Text;

namespace NeuralFramework.Interop;

/// <summary>Writes protobuf's text format: short messages on a line, others a field a line.</summary>
internal static class PrototxtWriter
{
    private const int MaxLine = 100;

    public static string Write(PrototxtMessage message, string comment)
    {
        var text = new StringBuilder($"# {comment}\n");
        foreach (var field in message.Fields)
            Write(text, field, "");
        return text.ToString();
    }

    private static void Write(StringBuilder text, PrototxtField field, string indent)
    {
        var line = Line(field);
        if (indent.Length + line.Length <= MaxLine && !(field.Name == "layer" && indent.Length == 0))
        {
            text.Append(indent).Append(line).Append('\n');
            return;
        }
        text.Append(indent).Append(field.Name);
        if (field.Kind != PrototxtKind.Message)
        {
            text.Append(": ").Append(Scalar(field)).Append('\n');
            return;
        }
        text.Append(" {\n");
        foreach (var inner in field.AsMessage().Fields)
            Write(text, inner, indent + "  ");
        text.Append(indent).Append("}\n");
    }

    private static string Line(PrototxtField field) => field.Kind == PrototxtKind.Message
        ? $"{field.Name} {{ {string.Concat(field.AsMessage().Fields.Select(inner => Line(inner) + " "))}}}"
        : $"{field.Name}: {Scalar(field)}";

    private static string Scalar(PrototxtField field) => field.Kind == PrototxtKind.Text ? Quoted(field.Raw) : field.Raw;

    // Bytes beyond ASCII are written as octal numbers, which all readers know.
    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var code in Encoding.UTF8.GetBytes(value))
            text.Append(code is >= 32 and < 127 and not ((byte)'"' or (byte)'\\')
                ? ((char)code).ToString() : $"\\{Convert.ToString(code, 8).PadLeft(3, '0')}");
        return text.Append('"').ToString();
    }
}
