using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using NeuralFramework.Interop;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>A net exported and run by ONNX Runtime beside the net itself.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession session;

    private OnnxRun(Net<float> net, InferenceSession session, OnnxExport export) =>
        (Net, this.session, Export) = (net, session, export);

    public Net<float> Net { get; }

    public OnnxExport Export { get; }

    /// <summary>Exports a net; the test is left out where the native library does not load.</summary>
    public static OnnxRun Of(Net<float> net)
    {
        using var folder = new TempFolder();
        var export = OnnxExporter.Write(net, folder.In("net.onnx"));
        return new OnnxRun(net, Load(File.ReadAllBytes(folder.In("net.onnx"))), export);
    }

    public static InferenceSession Load(byte[] model)
    {
        try
        {
            // One thread: a session's own would stay busy beside those of the other tests.
            using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            return new InferenceSession(model, options);
        }
        catch (Exception error) when (error is DllNotFoundException
            or TypeInitializationException { InnerException: DllNotFoundException or EntryPointNotFoundException })
        {
            Assert.Ignore($"ONNX Runtime's native library does not load: {error.Message}");
            throw;
        }
    }

    /// <summary>A net of layers in JSON, without the brackets.</summary>
    public static Net<float> NetOf(string layers, Phase phase = Phase.Deploy)
    {
        var root = (JsonObject)JsonNode.Parse($$"""{ "name": "case", "layers": [ {{layers}} ] }""")!;
        var net = Net<float>.FromConfig(NetConfig.Read(ConfigDocument.FromNode(root)), phase);
        var random = new Random(7);
        // Values that no filler gives, so that a parameter in the wrong place is seen.
        foreach (var parameter in net.Parameters)
            if (parameter.LrMult != 0)
                foreach (ref var value in parameter.Data)
                    value += (float)(random.NextDouble() - 0.5);
        return net;
    }

    /// <summary>Fills every input: with numbers between −1 and 1 of its own, or with those of a function.</summary>
    public void Fill(int seed, Func<string, int, float>? value = null)
    {
        var random = new Random(seed);
        foreach (var input in Inputs)
            for (var i = 0; i < input.Count; i++)
                input.Data[i] = value?.Invoke(input.Name, i) ?? (float)(2 * random.NextDouble() - 1);
    }

    public IEnumerable<Blob<float>> Inputs => session.InputMetadata.Keys.Select(name => Net.Blobs[name]);

    /// <summary>Runs both and checks that the outputs have one shape and differ by no more than
    /// <paramref name="tolerance"/>, or that share of their size where they are above 1.</summary>
    public void AssertSame(double tolerance = 1e-5)
    {
        var results = Run();
        Net.Forward();
        Assert.That(results, Has.Count.EqualTo(Net.Outputs.Count));
        for (var i = 0; i < results.Count; i++)
            AssertSame(Net.Outputs[i], results[i], tolerance);
    }

    /// <summary>What ONNX Runtime makes of the inputs' values.</summary>
    public List<(int[] Shape, float[] Values)> Run()
    {
        var inputs = Inputs.ToDictionary(input => input.Name, input => OrtValue.CreateTensorValueFromMemory(
            input.Data.ToArray(), [.. input.Shape.Select(extent => (long)extent)]));
        using var options = new RunOptions();
        using var outputs = session.Run(options, inputs, [.. session.OutputMetadata.Keys]);
        var results = outputs.Select(output => (output.GetTensorTypeAndShape().Shape.Select(extent => (int)extent).ToArray(),
            output.GetTensorDataAsSpan<float>().ToArray())).ToList();
        foreach (var input in inputs.Values)
            input.Dispose();
        return results;
    }

    public void Dispose() => session.Dispose();

    public static void AssertSame(Blob<float> expected, (int[] Shape, float[] Values) actual, double tolerance)
    {
        Assert.That(actual.Shape, Is.EqualTo(expected.Shape.ToArray()), expected.Name);
        for (var i = 0; i < expected.Count; i++)
        {
            var value = expected.Data[i];
            Assert.That(actual.Values[i], Is.EqualTo(value).Within(tolerance * Math.Max(1, Math.Abs(value))),
                $"{expected.Name}, element {i}");
        }
    }
}
