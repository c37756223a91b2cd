using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class SafeTensorsTests
{
    private TempFolder folder = null!;

    private string FilePath => folder.In("w.safetensors");

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static SafeTensors Sample()
    {
        var file = new SafeTensors();
        file.Add<float>("b", [2, 1], [1.5f, -2]);
        file.Add<double>("a", [1], [0.1]);
        file.Add<float>("scalar", Shape.Scalar, [3]);
        file.Metadata["iteration"] = "7";
        return file;
    }

    /// <summary>A file of a header and values, as any program may write it.</summary>
    private static byte[] FileOf(string header, int valueBytes = 0, long? length = null)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + valueBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length ?? text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }

    [Test]
    public void The_bytes_are_those_of_the_format()
    {
        Sample().Save(FilePath);
        var bytes = File.ReadAllBytes(FilePath);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.That(length % 8, Is.Zero, "values begin at a multiple of 8 bytes");
        var header = Encoding.UTF8.GetString(bytes, 8, length);
        Assert.That(header, Does.StartWith("{"));
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(header), JsonNode.Parse("""
            { "__metadata__": { "iteration": "7" },
              "a": { "dtype": "F64", "shape": [1], "data_offsets": [0, 8] },
              "b": { "dtype": "F32", "shape": [2, 1], "data_offsets": [8, 16] },
              "scalar": { "dtype": "F32", "shape": [], "data_offsets": [16, 20] } }
            """)), header);
        byte[] values = [.. BitConverter.GetBytes(0.1), .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f),
            .. BitConverter.GetBytes(3f)];
        Assert.That(bytes[(8 + length)..], Is.EqualTo(values));
    }

    // A reader that knows nothing but the format's description: 8 bytes of length, JSON, then values at their offsets,
    // which follow each other without gaps to the end of the file.
    private const string PythonReader = """
        import json, struct, sys
        bytes = open(sys.argv[1], "rb").read()
        length, = struct.unpack("<Q", bytes[:8])
        assert bytes[8:9] == b"{" and length % 8 == 0
        header = json.loads(bytes[8:8 + length])
        values, end = bytes[8 + length:], 0
        for name, tensor in sorted(header.items(), key=lambda item: item[1].get("data_offsets", [-1])):
            if name == "__metadata__":
                assert all(type(text) is str for text in tensor.values())
                print(name, json.dumps(tensor, sort_keys=True))
                continue
            begin, stop = tensor["data_offsets"]
            assert begin == end, name
            end, count = stop, 1
            for extent in tensor["shape"]:
                count *= extent
            letter = {"F32": "f", "F64": "d"}[tensor["dtype"]]
            print(name, tensor["shape"], *struct.unpack(f"<{count}{letter}", values[begin:stop]))
        assert end == len(values)
        """;

    [Test]
    public void Another_program_reads_it()
    {
        Sample().Save(FilePath);
        var start = new ProcessStartInfo("python3", ["-c", PythonReader, FilePath])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception error)
        {
            Assert.Ignore($"python3 cannot be started: {error.Message}");
        }
        using (process)
        {
            var error = process!.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.That(error.Result, Is.Empty);
            Assert.That(output.Replace("\r", ""), Is.EqualTo(
                "__metadata__ {\"iteration\": \"7\"}\na [1] 0.1\nb [2, 1] 1.5 -2.0\nscalar [] 3.0\n"));
        }
    }

    [Test]
    public void What_is_saved_is_loaded()
    {
        Sample().Save(FilePath);
        var file = SafeTensors.Load(FilePath);
        Assert.That(file.Names, Is.EqualTo(new[] { "a", "b", "scalar" }));
        Assert.That(file.ShapeOf("b"), Is.EqualTo(new Shape(2, 1)));
        Assert.That(file.ShapeOf("scalar"), Is.EqualTo(Shape.Scalar));
        Assert.That(file.ShapeOf("c"), Is.Null);
        Assert.That(file.Metadata, Is.EqualTo(new Dictionary<string, string> { ["iteration"] = "7" }));
        var values = new float[2];
        file.CopyTo<float>("b", values);
        Assert.That(values, Is.EqualTo(new[] { 1.5f, -2 }));
    }

    [Test]
    public void A_file_without_tensors_is_whole()
    {
        new SafeTensors().Save(FilePath);
        Assert.That(SafeTensors.Load(FilePath).Names, Is.Empty);
    }

    [Test]
    public void Elements_of_the_other_type_are_converted()
    {
        var file = Sample();
        var (doubles, floats) = (new double[2], new float[1]);
        file.CopyTo<double>("b", doubles);
        file.CopyTo<float>("a", floats);
        Assert.That(doubles, Is.EqualTo(new[] { 1.5, -2 }));
        Assert.That(floats, Is.EqualTo(new[] { 0.1f }));
    }

    [Test]
    public void The_values_are_a_copy()
    {
        var values = new double[] { 1 };
        var file = new SafeTensors();
        file.Add<double>("a", [1], values);
        values[0] = 2;
        var read = new double[1];
        file.CopyTo<double>("a", read);
        Assert.That(read[0], Is.EqualTo(1));
    }

    [Test]
    public void A_target_of_another_size_is_an_error() =>
        Assert.That(() => Sample().CopyTo<float>("b", new float[3]), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("tensor 'b': received 2×1 values, allowed: 3"));

    [Test]
    public void A_tensor_that_is_not_there_is_an_error_with_those_that_are() =>
        Assert.That(() => Sample().CopyTo<float>("scaler", new float[1]), Throws.TypeOf<DataException>()
            .With.Message.EqualTo("tensor: received 'scaler', allowed: a, b, scalar; did you mean 'scalar'?"));

    [Test]
    public void A_file_cut_off_anywhere_is_a_data_error()
    {
        Sample().Save(FilePath);
        var whole = File.ReadAllBytes(FilePath);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            Assert.That(() => SafeTensors.Load(FilePath), Throws.TypeOf<DataException>().With.Message
                .StartsWith($"{FilePath}: ").And.Message.EndsWith("; allowed: a whole safetensors file"),
                $"cut at {length}");
        }
    }

    [Test]
    public void Bytes_behind_the_last_tensor_are_a_data_error()
    {
        Sample().Save(FilePath);
        File.AppendAllText(FilePath, "x");
        Assert.That(() => SafeTensors.Load(FilePath), Throws.TypeOf<DataException>());
    }

    [Test]
    public void A_file_with_any_one_byte_changed_is_read_or_a_data_error()
    {
        Sample().Save(FilePath);
        var whole = File.ReadAllBytes(FilePath);
        var refused = 0;
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= 0x81;
            File.WriteAllBytes(FilePath, changed);
            try
            {
                SafeTensors.Load(FilePath);
            }
            catch (DataException)
            {
                refused++;
            }
        }
        Assert.That(refused, Is.GreaterThan(whole.Length / 2));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(-1)]
    [TestCase(1_000_000)]
    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue)]
    public void A_header_length_that_cannot_be_is_a_data_error(long length)
    {
        File.WriteAllBytes(FilePath, FileOf("{}", 100, length));
        Assert.That(() => SafeTensors.Load(FilePath), Throws.TypeOf<DataException>()
            .With.Message.EqualTo($"{FilePath}: received 110 bytes with a header length of {length}; allowed: a whole "
                + "safetensors file"));
    }

    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{ ")]
    [TestCase("""{ "a": 3 }""")]
    [TestCase("""{ "a": null }""")]
    [TestCase("""{ "a": { "shape": [1], "data_offsets": [0, 4] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "data_offsets": [0, 4] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [1] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [1], "data_offsets": [0] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [1], "data_offsets": [-4, 0] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [1], "data_offsets": [4, 0] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [1], "data_offsets": [6, 10] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [2], "data_offsets": [0, 4] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [-1], "data_offsets": [0, 4] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [1.5], "data_offsets": [0, 4] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [99999999999], "data_offsets": [0, 4] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [65536, 65536], "data_offsets": [0, 4] } }""")]
    [TestCase(
        """{ "a": { "dtype": "F32", "shape": [1], "data_offsets": [9223372036854775807, -9223372036854775805] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [1], "data_offsets": [0, 4] },"""
        + """ "a": { "dtype": "F32", "shape": [1], "data_offsets": [4, 8] } }""")]
    [TestCase("""{ "a": { "dtype": "F32", "shape": [1], "data_offsets": [0, 4] },"""
        + """ "b": { "dtype": "F32", "shape": [1], "data_offsets": [0, 4] } }""")]
    [TestCase(
        """{ "__metadata__": { "iteration": 3 }, "a": { "dtype": "F32", "shape": [2], "data_offsets": [0, 8] } }""")]
    public void A_header_that_does_not_fit_is_a_data_error(string header)
    {
        File.WriteAllBytes(FilePath, FileOf(header, 8));
        Assert.That(() => SafeTensors.Load(FilePath), Throws.TypeOf<DataException>()
            .With.Message.StartsWith($"{FilePath}: ").And.Message.EndsWith("; allowed: a whole safetensors file"));
    }

    [Test]
    public void An_element_type_that_is_not_known_is_a_data_error()
    {
        File.WriteAllBytes(FilePath,
            FileOf("""{ "a": { "dtype": "BF16", "shape": [2], "data_offsets": [0, 4] } }""", 4));
        Assert.That(() => SafeTensors.Load(FilePath), Throws.TypeOf<DataException>()
            .With.Message.EqualTo($"{FilePath}: tensor 'a': received the type BF16, allowed: F32, F64"));
    }

    [Test]
    public void A_header_that_another_program_wrote_in_another_order_is_read()
    {
        byte[] bytes = [.. FileOf("""
            { "b": { "shape": [1], "dtype": "F32", "data_offsets": [0, 4] },
              "a": { "data_offsets": [4, 8], "dtype": "F32", "shape": [1] } }
            """), .. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(1f)];
        File.WriteAllBytes(FilePath, bytes);
        var value = new float[1];
        SafeTensors.Load(FilePath).CopyTo<float>("a", value);
        Assert.That(value[0], Is.EqualTo(1));
    }
}
