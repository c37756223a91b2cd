using System.Numerics;
using System.Text;

namespace NeuralFramework.Data;

/// <summary>
/// Writes text with a net that has learned one: hands it the prompt, then again and again draws the next character or
/// word from what the net expects and hands it that. The state is carried from step to step; nothing is computed
/// twice.
/// <para>The net is one with a layer <see cref="TextLayer{T}"/> in training. In the phase deploy, the blob of its
/// first top is an input of 1×1, that of its third, if there is one, another; the net's last output has a score or,
/// behind a Softmax layer, a probability for each number. The vocabulary comes with the weights.</para>
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class TextSampler<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Net<T> net;
    private readonly Blob<T> input;
    private readonly Blob<T>? cont;
    private readonly Blob<T> output;
    private readonly bool hasProbabilities;
    private readonly double[] weights;

    private TextSampler(NetConfig config, SafeTensors file, string path)
    {
        var text = config.Layers.FirstOrDefault(layer => layer.Options is TextLayerOptions)
            ?? throw Unfit(config, "no layer of type Text", "a net that learns a text");
        Vocabulary = TextVocabulary.FromJson(file.Metadata.GetValueOrDefault(TextVocabulary.MetadataKey)
            ?? throw new DataException($"{path}: has no vocabulary; allowed: weights that were learned with a layer of "
                + "type Text"), $"{path}: metadata '{TextVocabulary.MetadataKey}'");
        net = Net<T>.FromConfig(config, Phase.Deploy);
        if (!net.State.Any())
            throw Unfit(config, "no layer that carries its state over", "a recurrent layer with carry_state");
        input = InputOf(config, text.Top?[0] ?? text.Name!);
        cont = text.Top is { Count: > 2 } tops && net.Blobs.ContainsKey(tops[2])
            ? InputOf(config, tops[2])
            : null;
        output = net.Outputs[^1];
        hasProbabilities = net.Nodes.Last(node => node.Top.Contains(output)).Layer.Type == "Softmax";
        if (output.Count < Vocabulary.Tokens.Count)
            throw Unfit(config, $"{output.Count} scores, {output}", $"{Vocabulary.Tokens.Count} or more, one for each "
                + "of the vocabulary");
        weights = new double[Vocabulary.Tokens.Count];
        net.ReadWeights(file, path);
    }

    /// <summary>The numbers of characters or words.</summary>
    public TextVocabulary Vocabulary { get; }

    /// <summary>Makes ready to write.</summary>
    /// <param name="config">The net.</param>
    /// <param name="path">A file of weights or a snapshot.</param>
    /// <exception cref="ConfigException">The net has no layer for texts, or no input of 1×1 in the phase deploy, or
    /// carries no state over.</exception>
    /// <exception cref="DataException">The file is missing, has no vocabulary, or does not fit the net.</exception>
    public static TextSampler<T> Load(NetConfig config, string path) => new(config, SafeTensors.Load(path), path);

    /// <summary>Writes on from a prompt.</summary>
    /// <param name="prompt">How the text begins. The result does not have it.</param>
    /// <param name="length">How many characters or words are written.</param>
    /// <param name="temperature">What the scores are divided by: below 1, what is likely becomes more likely; above
    /// 1, less.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <exception cref="ConfigException">The temperature is not above 0, or the length below 1.</exception>
    /// <exception cref="DataException">The prompt is empty or has a character that is not in the
    /// vocabulary.</exception>
    public string Write(string prompt, int length, double temperature = 1, long seed = 1,
        CancellationToken cancellation = default)
    {
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ConfigException($"temperature: received {temperature}, allowed: above 0");
        if (length < 1)
            throw new ConfigException($"length: received {length}, allowed: 1 or more");
        var start = Encode(prompt);
        var random = RandomStream.Create(seed, "text");
        net.ClearState();
        for (var i = 0; i < start.Length; i++)
            Step(start[i], isFirst: i == 0);
        var (text, before) = (new StringBuilder(), prompt[^1].ToString());
        for (var i = 0; i < length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var next = Draw(temperature, random.NextDouble());
            var token = Vocabulary.Tokens[next];
            text.Append(Vocabulary.Separator(before, token)).Append(token);
            before = token;
            // The last one needs no next.
            if (i + 1 < length)
                Step(next, isFirst: false);
        }
        return text.ToString();
    }

    private int[] Encode(string prompt)
    {
        try
        {
            return Vocabulary.Encode(prompt) is { Length: > 0 } start ? start
                : throw new DataException("received nothing, allowed: 1 character or word or more");
        }
        catch (DataException error)
        {
            throw new DataException($"prompt: {error.Message}", error);
        }
    }

    private void Step(int token, bool isFirst)
    {
        input.Data[0] = T.CreateTruncating(token);
        if (cont is not null)
            cont.Data[0] = isFirst ? T.Zero : T.One;
        net.Forward();
    }

    /// <summary>The first number at which the sum of the probabilities is above a number of 0 … 1.</summary>
    private int Draw(double temperature, double number)
    {
        var max = double.NegativeInfinity;
        for (var i = 0; i < weights.Length; i++)
        {
            var score = double.CreateTruncating(output.Data[i]);
            weights[i] = IsWritten(i) ? (hasProbabilities ? Math.Log(score) : score) / temperature
                : double.NegativeInfinity;
            max = Math.Max(max, weights[i]);
        }
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] = Math.Exp(weights[i] - max);
        var (left, last) = (number * sum, 0);
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0)
                continue;
            last = i;
            left -= weights[i];
            if (left < 0)
                break;
        }
        return last;
    }

    // The unknown word stands for others; it is none.
    private bool IsWritten(int token) => Vocabulary.Unit == TextUnit.Character || token > 0;

    private Blob<T> InputOf(NetConfig config, string name) =>
        net.Blobs.TryGetValue(name, out var blob) && blob.Count == 1
            && net.Nodes.First(node => node.Top.Contains(blob)).Bottom.Count == 0
            ? blob
            : throw Unfit(config, $"no input '{name}' of 1×1 in the phase deploy", "a layer of type Input with the "
                + "shape [1, 1], phase deploy, that has the Text layer's data and cont as tops");

    private static ConfigException Unfit(NetConfig config, string received, string allowed) =>
        new($"{config.Source}: net '{config.Name}': received {received}, allowed: {allowed}");
}
