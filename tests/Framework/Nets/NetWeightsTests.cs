using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>The weights of a net in files.</summary>
public class NetWeightsTests
{
    private static Net<T> Make<T>(long seed, int outputs = 3, string second = "b")
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => Net<T>.FromConfig(NetJson.Layers(
        """{ "name": "in", "type": "Input", "shape": [1, 4] }""",
        """{ "name": "a", "type": "InnerProduct", "num_output": 5, "weight_filler": { "type": "gaussian" } }""", $$"""
        { "name": "{{second}}", "type": "InnerProduct", "num_output": {{outputs}},
          "weight_filler": { "type": "gaussian" } }
        """), Phase.Train, seed);

    [Test]
    public void What_is_saved_is_loaded_to_the_bit()
    {
        using var folder = new TempFolder();
        var (saved, loaded) = (Make<float>(1), Make<float>(2));
        saved.SaveWeights(folder.In("w.safetensors"));
        loaded.LoadWeights(folder.In("w.safetensors"));
        Assert.That(loaded.WeightsHash(), Is.EqualTo(saved.WeightsHash()));
    }

    [Test]
    public void Tensors_are_named_by_layer_and_number()
    {
        using var folder = new TempFolder();
        Make<float>(1).SaveWeights(folder.In("w.safetensors"));
        Assert.That(SafeTensors.Load(folder.In("w.safetensors")).Names,
            Is.EqualTo(new[] { "param/a/0", "param/a/1", "param/b/0", "param/b/1" }));
    }

    [Test]
    public void A_net_in_double_reads_the_weights_of_one_in_float()
    {
        using var folder = new TempFolder();
        var (saved, loaded) = (Make<float>(1), Make<double>(2));
        saved.SaveWeights(folder.In("w.safetensors"));
        loaded.LoadWeights(folder.In("w.safetensors"));
        Assert.That(loaded.Parameters[0].Data.ToArray(),
            Is.EqualTo(saved.Parameters[0].Data.ToArray().Select(w => (double)w)));
    }

    [Test]
    public void A_file_that_lacks_a_parameter_changes_nothing()
    {
        using var folder = new TempFolder();
        var path = folder.In("w.safetensors");
        Make<float>(1, second: "other").SaveWeights(path);
        var net = Make<float>(2);
        var before = net.WeightsHash();
        Assert.That(() => net.LoadWeights(path), Throws.TypeOf<DataException>().With.Message.EqualTo(string.Join(
            Environment.NewLine,
            $"{path}: has no tensor 'param/b/0' (3×5); it has: param/a/0, param/a/1, param/other/0, param/other/1",
            $"{path}: has no tensor 'param/b/1' (3); it has: param/a/0, param/a/1, param/other/0, param/other/1")));
        Assert.That(net.WeightsHash(), Is.EqualTo(before));
    }

    [Test]
    public void A_file_with_another_shape_changes_nothing()
    {
        using var folder = new TempFolder();
        var path = folder.In("w.safetensors");
        Make<float>(1, outputs: 7).SaveWeights(path);
        var net = Make<float>(2);
        var before = net.WeightsHash();
        Assert.That(() => net.LoadWeights(path), Throws.TypeOf<DataException>().With.Message.EqualTo(string.Join(
            Environment.NewLine, $"{path}: tensor 'param/b/0': received the shape 7×5, allowed: 3×5",
            $"{path}: tensor 'param/b/1': received the shape 7, allowed: 3")));
        Assert.That(net.WeightsHash(), Is.EqualTo(before));
    }

    [Test]
    public void A_missing_or_damaged_file_changes_nothing()
    {
        using var folder = new TempFolder();
        var net = Make<float>(2);
        var before = net.WeightsHash();
        Assert.That(() => net.LoadWeights(folder.In("no")), Throws.TypeOf<DataException>().With.Message
            .EqualTo($"{folder.In("no")}: no such file; allowed: a safetensors file"));
        Assert.That(() => net.LoadWeights(folder.Write("bad", "text")), Throws.TypeOf<DataException>());
        Assert.That(net.WeightsHash(), Is.EqualTo(before));
    }

    [Test]
    public void To_train_on_layers_are_read_that_the_file_has()
    {
        using var folder = new TempFolder();
        var path = folder.In("w.safetensors");
        var saved = Make<float>(1, outputs: 7, second: "other");
        saved.SaveWeights(path);
        var (net, untouched) = (Make<float>(2), Make<float>(2));
        Assert.That(net.LoadKnownWeights(path), Is.EqualTo(new[] { "b" }));
        float[] Values(Net<float> of, int parameter) => of.Parameters[parameter].Data.ToArray();
        Assert.That(new[] { Values(net, 0), Values(net, 1) }, Is.EqualTo(new[] { Values(saved, 0), Values(saved, 1) }));
        Assert.That(new[] { Values(net, 2), Values(net, 3) },
            Is.EqualTo(new[] { Values(untouched, 2), Values(untouched, 3) }));
        Assert.That(saved.LoadKnownWeights(path), Is.Empty);
    }

    [Test]
    public void To_train_on_shapes_must_fit_and_all_that_do_not_are_named()
    {
        using var folder = new TempFolder();
        var path = folder.In("w.safetensors");
        Make<float>(1, outputs: 7).SaveWeights(path);
        var net = Make<float>(2);
        var before = net.WeightsHash();
        Assert.That(() => net.LoadKnownWeights(path), Throws.TypeOf<DataException>().With.Message.EqualTo(string.Join(
            Environment.NewLine, $"{path}: tensor 'param/b/0': received the shape 7×5, allowed: 3×5",
            $"{path}: tensor 'param/b/1': received the shape 7, allowed: 3")));
        Assert.That(net.WeightsHash(), Is.EqualTo(before));
    }

    [Test]
    public void To_train_on_one_layer_at_least_must_be_there()
    {
        using var folder = new TempFolder();
        var path = folder.In("w.safetensors");
        NetJson.Net("""{ "name": "x", "type": "Input", "shape": [1, 2] }""",
            """{ "name": "y", "type": "InnerProduct", "num_output": 1 }""").SaveWeights(path);
        Assert.That(() => Make<float>(2).LoadKnownWeights(path), Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"{path}: has no layer of the net 'net': received y, allowed: at least one of a, b"));
    }

    [Test]
    public void A_shared_parameter_is_saved_once()
    {
        using var folder = new TempFolder();
        var net = NetJson.Net("""{ "name": "in", "type": "Input", "shape": [1] }""",
            """{ "name": "a", "type": "Probe", "param_name": "w" }""",
            """{ "name": "b", "type": "Probe", "param_name": "w" }""");
        net.SaveWeights(folder.In("w.safetensors"));
        Assert.That(SafeTensors.Load(folder.In("w.safetensors")).Names, Is.EqualTo(new[] { "param/a/0" }));
        Assert.That(() => net.LoadWeights(folder.In("w.safetensors")), Throws.Nothing);
    }

    [Test]
    public void Other_tensors_of_a_file_do_not_disturb()
    {
        var (saved, loaded) = (Make<float>(1), Make<float>(2));
        var file = new SafeTensors();
        saved.AddWeightsTo(file);
        file.Add<float>("history/a/0/0", [1], [1]);
        loaded.ReadWeights(file, "memory");
        Assert.That(loaded.WeightsHash(), Is.EqualTo(saved.WeightsHash()));
    }
}
