using System.Numerics;

namespace NeuralFramework;

/// <summary>
/// Compares the gradients of a layer or net with central differences: ∂f/∂x ≈ (f(x+h) − f(x−h)) / 2h at two steps,
/// extrapolated. For a layer, f is a random projection of its tops; for a net, its loss, or a random projection of its
/// outputs where it has none. Every parameter that learns and every input is checked.
/// </summary>
/// <remarks>
/// In NUnit: <c>Assert.That(GradientChecker.Check(layer, [2, 3]) is { Passed: true } result, …)</c>; see README. Use
/// double: in float, only gross errors show.
/// </remarks>
public static class GradientChecker
{
    /// <summary>Checks a layer on random inputs of the given shapes (normal, standard deviation 1).</summary>
    /// <inheritdoc cref="Check{T}(Layer{T}, IReadOnlyList{Blob{T}}, GradientCheckOptions)" path="/exception"/>
    public static GradientCheckResult Check<T>(Layer<T> layer, params ReadOnlySpan<Shape> bottomShapes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bottoms = new Blob<T>[bottomShapes.Length];
        for (var i = 0; i < bottoms.Length; i++)
        {
            bottoms[i] = new Blob<T>($"bottom{i}", bottomShapes[i]);
            new GaussianFiller().Fill(bottoms[i], RandomStream.Create(1, bottoms[i].Name));
        }
        return Check(layer, bottoms);
    }

    /// <summary>Checks a layer on given inputs. The layer is set up here; its tops are as many as it needs. Also checks
    /// the contract: a forward pass overwrites tops, a backward pass overwrites bottom gradients and adds to those of
    /// parameters.</summary>
    /// <param name="layer">A new layer.</param>
    /// <param name="bottoms">Its inputs, values set. Those that it does not propagate to are not checked.</param>
    /// <param name="options">How to check.</param>
    /// <exception cref="ShapeException">The inputs do not fit the layer.</exception>
    public static GradientCheckResult Check<T>(Layer<T> layer, IReadOnlyList<Blob<T>> bottoms,
        GradientCheckOptions? options = null) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= new GradientCheckOptions();
        layer.Context = options.Context;
        var tops = Enumerable.Range(0, Math.Clamp(1, layer.Tops.Min, layer.Tops.Max)).Select(i => new Blob<T>($"top{i}", new Shape(0))).ToList();
        layer.SetUp(bottoms, tops);
        layer.Reshape(bottoms, tops);

        if (bottoms.Count > 0)
            Spoil(bottoms, tops);
        var state = new KeptState<T>((layer as IStatefulLayer<T>)?.State ?? []);
        layer.Forward(bottoms, tops);

        var objective = new CheckObjective<T>();
        foreach (var top in tops)
            objective.Add(top, Projection(top, options));
        var propagateDown = bottoms.Select((_, i) => layer.PropagatesTo(i)).ToArray();
        foreach (var bottom in bottoms)
            bottom.Diff.Fill(T.NaN);
        foreach (var parameter in layer.Parameters)
            parameter.Diff.Fill(T.One);
        layer.Backward(tops, propagateDown, bottoms);

        void Forward()
        {
            state.PutBack();
            layer.Forward(bottoms, tops);
        }

        var targets = layer.Parameters.Index().Where(indexed => indexed.Item.NeedsGradient)
            .Select(indexed => Target(indexed.Item, NameOf(indexed.Item, $"parameter{indexed.Index}"), alreadyThere: 1))
            .Concat(bottoms.Select((bottom, i) => Target(bottom, NameOf(bottom, $"bottom{i}"), alreadyThere: 0))
                .Where((_, i) => propagateDown[i]))
            .ToList();
        return new DifferenceCheck<T>(objective, options).Run(targets);

        CheckTarget<T> Target(Blob<T> blob, string name, double alreadyThere) =>
            new(blob, name, layer.ToString(), Values(blob.Diff, alreadyThere), Forward);
    }

    // What a forward pass does not overwrite stays NaN. A top may share a bottom's memory, whose values are put back.
    private static void Spoil<T>(IReadOnlyList<Blob<T>> bottoms, IReadOnlyList<Blob<T>> tops)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = bottoms.Select(bottom => bottom.Data.ToArray()).ToList();
        foreach (var top in tops)
            top.Data.Fill(T.NaN);
        for (var i = 0; i < bottoms.Count; i++)
            bottoms[i].Set(values[i]);
    }

    /// <summary>Checks a net on the batch that its next forward pass reads: every parameter that learns, and every
    /// input that a gradient flows to.</summary>
    public static GradientCheckResult Check<T>(Net<T> net, GradientCheckOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= new GradientCheckOptions();
        var forceBackward = net.ForceBackward;
        net.ForceBackward = true;
        try
        {
            return CheckForced(net, options);
        }
        finally
        {
            net.ForceBackward = forceBackward;
            net.ClearGradients();
        }
    }

    private static GradientCheckResult CheckForced<T>(Net<T> net, GradientCheckOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var state = new KeptState<T>(net.State);
        net.Forward();
        net.ClearGradients();
        // What a backward pass does not overwrite stays NaN.
        foreach (var blob in net.Blobs.Values.Where(net.IsGradientComputed))
            blob.Diff.Fill(T.NaN);
        var objective = ObjectiveOf(net, options);
        net.Backward();
        return new DifferenceCheck<T>(objective, options).Run([.. ParametersOf(net, state), .. InputsOf(net, state)]);
    }

    private static CheckObjective<T> ObjectiveOf<T>(Net<T> net, GradientCheckOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var objective = new CheckObjective<T>();
        if (net.HasLoss)
        {
            foreach (var node in net.Nodes)
                for (var i = 0; i < node.Top.Count; i++)
                    if (node.LossWeights[i] != 0)
                        objective.Add(node.Top[i], [.. Enumerable.Repeat(node.LossWeights[i], node.Top[i].Count)]);
            return objective;
        }
        foreach (var output in net.Outputs)
            objective.Add(output, Projection(output, options));
        return objective;
    }

    private static IEnumerable<CheckTarget<T>> ParametersOf<T>(Net<T> net, KeptState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var parameter in net.Parameters.Where(parameter => parameter.NeedsGradient))
        {
            var owner = Enumerable.Range(0, net.Nodes.Count).First(i => net.Nodes[i].Layer.Parameters.Contains(parameter));
            var first = WithInputsIntact(net, owner);
            yield return new CheckTarget<T>(parameter, parameter.Name, net.Layers[owner].ToString(),
                Values(parameter.Diff, 0), () => RunFrom(net, first, state));
        }
    }

    // A layer that has run in place has overwritten what it read: whoever made that has to run again.
    private static int WithInputsIntact<T>(Net<T> net, int node) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        while (net.Nodes[node] is { Bottom: [var bottom, ..], Top: [var top, ..] } && ReferenceEquals(bottom, top))
            node = Enumerable.Range(0, node).Last(i => net.Nodes[i].Top.Contains(bottom));
        return node;
    }

    private static IEnumerable<CheckTarget<T>> InputsOf<T>(Net<T> net, KeptState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < net.Nodes.Count; i++)
        {
            var source = i;
            if (net.Nodes[source].Bottom.Count > 0)
                continue;
            foreach (var input in net.Nodes[source].Top.Where(net.IsGradientComputed))
                yield return new CheckTarget<T>(input, input.Name, FirstReader(net, input).ToString(),
                    Values(input.Diff, 0), () => RunFrom(net, source + 1, state));
        }
    }

    // The gradient of an input is what the layers behind it make; the first of them is where to look.
    private static Layer<T> FirstReader<T>(Net<T> net, Blob<T> input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var reader = net.Nodes.First(node => node.Bottom.Contains(input));
        return reader.IsInserted ? FirstReader(net, reader.Top[0]) : reader.Layer;
    }

    // Data layers are left out: they would serve the next batch.
    private static void RunFrom<T>(Net<T> net, int first, KeptState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        state.PutBack();
        for (var i = first; i < net.Nodes.Count; i++)
            if (net.Layers[i] is not IDataCursor)
                net.ForwardNode(i);
    }

    /// <summary>Weights of both signs with magnitudes from 0.5 to 1.5, put into the gradients of the blob as well: none
    /// is so small that it hides an error.</summary>
    private static double[] Projection<T>(Blob<T> blob, GradientCheckOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = RandomStream.Create(options.Seed, $"{blob.Name}/projection");
        var weights = new double[blob.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            var weight = T.CreateTruncating((0.5 + random.NextDouble()) * (random.Next(2) * 2 - 1));
            blob.Diff[i] = weight;
            weights[i] = double.CreateTruncating(weight);
        }
        return weights;
    }

    private static double[] Values<T>(ReadOnlySpan<T> values, double alreadyThere)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new double[values.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = double.CreateTruncating(values[i]) - alreadyThere;
        return result;
    }

    private static string NameOf<T>(Blob<T> blob, string otherwise) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        blob.Name.Length == 0 || blob.Name[0] == '/' ? otherwise : blob.Name;
}
