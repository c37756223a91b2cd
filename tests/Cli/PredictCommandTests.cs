using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NUnit.Framework;
using SkiaSharp;

namespace NeuralFramework.Tests;

public class PredictCommandTests : CommandLineTest
{
    private static readonly string Quickstart = Path.Combine(Repository.Folder, "models", "quickstart");

    private static string Weights(string model, string path)
    {
        var config = NetConfig.Load(model);
        Net<float>.FromConfig(config, Phase.Train, seed: 3).SaveWeights(path);
        return path;
    }

    /// <summary>Writes images of a set as PNG files, named in their order.</summary>
    private List<string> WriteImages(ImageSet set, int count, string folder = "images")
    {
        Directory.CreateDirectory(Cli.In(folder));
        var paths = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var pixels = set.Image(i).ToArray();
            var size = set.Height * set.Width;
            using var bitmap = new SKBitmap(new SKImageInfo(set.Width, set.Height, SKColorType.Rgba8888, SKAlphaType.Opaque))
            {
                Pixels = [.. Enumerable.Range(0, size).Select(place => new SKColor(pixels[place],
                    pixels[set.Channels == 3 ? size + place : place], pixels[set.Channels == 3 ? 2 * size + place : place]))],
            };
            using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            paths.Add(Cli.Write($"{folder}/{i:000}.png", png.ToArray()));
        }
        return paths;
    }

    private static float[] ScoresOf(JsonNode image) =>
        [.. image["classes"]!.AsArray().OrderBy(score => (int)score!["class"]!).Select(score => (float)score!["score"]!)];

    /// <summary>The scores of the test net of a model for the first images of its test set.</summary>
    private static List<float[]> ScoresOfNet(NetConfig config, string weights, string blob, int count)
    {
        var net = Net<float>.FromConfig(config, Phase.Test);
        net.LoadWeights(weights);
        net.Forward();
        var scores = net.Blobs[blob];
        var size = scores.Shape.SizeOf(1);
        return [.. Enumerable.Range(0, count).Select(i => scores.Data.Slice(i * size, size).ToArray())];
    }

    private void AssertGivesTheNetsOwnScores(string model, ImageSet tests, string scores, int count)
    {
        var config = NetConfig.Load(model);
        var weights = Weights(model, Cli.In("w.safetensors"));
        var expected = ScoresOfNet(config, weights, scores, count);
        var images = WriteImages(tests, count);
        // The softmax is only in the deployed net: it is left out, so that the scores themselves are compared.
        var withoutSoftmax = config with { Layers = [.. config.Layers.Where(layer => layer.Type != "Softmax")] };
        var folder = Path.GetDirectoryName(Cli.Write("m/net.json", withoutSoftmax.ToJson().ToJsonString()))!;
        var result = CommandLine.RunJson(["predict", folder, "--weights", weights, "--top", "10", .. images]);
        Assert.That((bool)result["is_probability"]!, Is.False);
        for (var i = 0; i < count; i++)
            Assert.That(ScoresOf(result["images"]![i]!), Is.EqualTo(expected[i]), images[i]);
    }

    [Test]
    public void Images_of_Fashion_MNIST_as_PNG_get_exactly_the_nets_own_scores() =>
        // As many as the test's batch has: a product of other extents may be rounded in another order.
        AssertGivesTheNetsOwnScores(Quickstart, FashionMnistFiles.LoadEmbedded(DataSplit.Test), "fc2", 500);

    [TestCase("cifar10_two_layer", "fc2", 500)]
    [TestCase("cifar10_quick", "ip2", 100)]
    [TestCase("resnet20", "fc", 100)]
    public void Images_of_CIFAR10_as_PNG_get_exactly_the_nets_own_scores(string model, string scores, int count)
    {
        if (DataLocations.Find(Cifar10Files.FolderName, Cifar10Files.TestFiles) is null)
            Assert.Ignore("needs CIFAR-10: nf data install cifar10");
        AssertGivesTheNetsOwnScores(Path.Combine(Repository.Folder, "models", model), Cifar10Files.Load(DataSplit.Test), scores, count);
    }

    [Test]
    public void The_weights_of_a_training_give_the_five_best_classes_by_name()
    {
        Assert.That(Run("train", Quickstart, "--run", Cli.In("run"), "--max-iter", "300").ExitCode, Is.Zero);
        var tests = FashionMnistFiles.LoadEmbedded(DataSplit.Test);
        var images = WriteImages(tests, 20);
        var result = CommandLine.RunJson("predict", Quickstart, "--run", Cli.In("run"), Cli.In("images"));
        Assert.That((bool)result["is_probability"]!);
        var found = result["images"]!.AsArray();
        Assert.That(found.Select(image => (string?)image!["image"]), Is.EqualTo(images));
        Assert.That(found.Count(image => (int)image!["classes"]![0]!["class"]! == tests.Labels[found.IndexOf(image)]), Is.GreaterThan(13));
        foreach (var image in found)
        {
            var scores = image!["classes"]!.AsArray().Select(score => (float)score!["score"]!).ToList();
            Assert.That(scores, Has.Count.EqualTo(5).And.Ordered.Descending);
            Assert.That(scores.Sum(), Is.InRange(0.5f, 1.0001f));
            Assert.That(FashionMnistFiles.ClassNames, Does.Contain((string)image["classes"]![0]!["name"]!));
        }
    }

    [Test]
    public void A_net_without_a_deploy_layer_and_with_a_data_layer_of_all_phases_predicts_too()
    {
        Cli.Write("m/net.json", """
            { "layers": [
                { "name": "in", "type": "FashionMnist", "top": ["data", "label"], "batch_size": 10 },
                { "name": "fc", "type": "InnerProduct", "num_output": 10 },
                { "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc", "label"] } ] }
            """);
        var weights = Weights(Cli.In("m"), Cli.In("w.safetensors"));
        var result = CommandLine.RunJson("predict", Cli.In("m"), "--weights", weights, WriteImages(FashionMnistFiles.LoadEmbedded(DataSplit.Test), 1)[0]);
        Assert.That((string?)result["output"], Is.EqualTo("fc"));
        Assert.That(result["images"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Images_of_other_sizes_and_colours_are_resized_and_made_grey()
    {
        var weights = Weights(Quickstart, Cli.In("w.safetensors"));
        using var bitmap = new SKBitmap(new SKImageInfo(60, 90, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.Orange);
        foreach (var (format, name) in new[] { (SKEncodedImageFormat.Jpeg, "a.jpg"), (SKEncodedImageFormat.Png, "b.png") })
        {
            using var data = bitmap.Encode(format, 100);
            Cli.Write(name, data.ToArray());
        }
        var result = CommandLine.RunJson("predict", Quickstart, "--weights", weights, Cli.In("a.jpg"), Cli.In("b.png"));
        Assert.That(ScoresOf(result["images"]![0]!)[0], Is.EqualTo(ScoresOf(result["images"]![1]!)[0]).Within(0.01), "JPEG rounds colours");
    }

    [Test]
    public void A_csv_file_has_a_line_for_each_class_of_each_image()
    {
        var weights = Weights(Quickstart, Cli.In("w.safetensors"));
        WriteImages(FashionMnistFiles.LoadEmbedded(DataSplit.Test), 2);
        Assert.That(Run("predict", Quickstart, "--weights", weights, Cli.In("images"), "--csv", Cli.In("p.csv"), "--top", "3").ExitCode, Is.Zero);
        var lines = File.ReadAllLines(Cli.In("p.csv"));
        Assert.That(lines, Has.Length.EqualTo(7));
        Assert.That(lines[0], Is.EqualTo("image,rank,class,name,score"));
        Assert.That(lines[4], Does.Match(@"images/001\.png,1,\d,[\w/ -]+,0\.\d+$"));
    }

    [Test]
    public void A_heatmap_shows_the_image_and_beside_it_where_the_gradient_is()
    {
        // Only the pixel in row 9, column 4 has a weight.
        Cli.Write("m/net.json", """
            { "layers": [
                { "name": "in", "type": "FashionMnist", "top": ["data", "label"], "phase": "test", "batch_size": 10 },
                { "name": "fc", "type": "InnerProduct", "num_output": 2 },
                { "name": "prob", "type": "Softmax", "phase": "deploy" } ] }
            """);
        var net = Net<float>.FromConfig(NetConfig.Load(Cli.In("m")), Phase.Test);
        net.Parameters[0].Data.Clear();
        net.Parameters[0].Data[9 * 28 + 4] = net.Parameters[0].Data[784 + 9 * 28 + 4] = 1;
        net.SaveWeights(Cli.In("w.safetensors"));
        var image = WriteImages(FashionMnistFiles.LoadEmbedded(DataSplit.Test), 1)[0];
        Assert.That(Run("predict", Cli.In("m"), "--weights", Cli.In("w.safetensors"), image, "--heatmap", Cli.In("h.png")).ExitCode, Is.Zero);
        using var drawn = SKBitmap.Decode(Cli.In("h.png"));
        Assert.That((drawn.Width, drawn.Height), Is.EqualTo((2 * 336, 336)));
        var hot = drawn.GetPixel(336 + 4 * 12 + 6, 9 * 12 + 6);
        Assert.That(hot.Red, Is.GreaterThan(200), $"{hot}");
        var cold = drawn.GetPixel(336 + 20 * 12, 20 * 12);
        Assert.That((cold.Red, cold.Green), Is.EqualTo((cold.Blue, cold.Blue)), $"{cold}: grey");
    }

    [Test]
    public void A_broken_image_is_named_and_the_others_are_predicted()
    {
        var weights = Weights(Quickstart, Cli.In("w.safetensors"));
        WriteImages(FashionMnistFiles.LoadEmbedded(DataSplit.Test), 2);
        Cli.Write("images/001.jpg", "no image");
        var result = Run("predict", Quickstart, "--weights", weights, Cli.In("images"), "--json");
        Assert.That(result.ExitCode, Is.EqualTo(1), result.ToString());
        Assert.That(result.Json["images"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That((string?)result.Json["broken"]![0]!["image"], Is.EqualTo(Cli.In("images", "001.jpg")));
        Assert.That(result.Error, Does.Contain($"left out: {Cli.In("images", "001.jpg")}: "));
        Assert.That(Run("predict", Quickstart, "--weights", weights, Cli.In("images", "001.jpg")).ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void What_does_not_fit_is_an_error_before_anything_is_predicted()
    {
        var weights = Weights(Quickstart, Cli.In("w.safetensors"));
        var image = WriteImages(FashionMnistFiles.LoadEmbedded(DataSplit.Test), 1)[0];
        AssertBadInput(Run("predict", Quickstart, image), "--weights: received nothing, and ./runs has no run of the model");
        AssertBadInput(Run("predict", Quickstart, "--weights", Cli.In("no"), image), $"{Cli.In("no")}: no such file");
        AssertBadInput(Run("predict", Quickstart, "--weights", image, image), $"{image}: ");
        AssertBadInput(Run("predict", Quickstart, "--weights", weights, Cli.In("none.png")), $"{Cli.In("none.png")}: no such file or folder");
        AssertBadInput(Run("predict", Quickstart, "--weights", weights, "--set", "layers.fc1.num_output=7", image), $"{weights}: tensor 'param/fc1/0'");
        AssertBadInput(Run("predict", Cli.Model, "--weights", weights, image), $"{Cli.In("model", "net.json")}: net 'tiny': received no layer that serves images");
        AssertBadInput(Run("predict", Quickstart, "--weights", weights, image, "--top", "0"), "--top: received 0, allowed: 1 or more");
        AssertBadInput(Run("predict", Quickstart, "--weights", weights, image, image, "--heatmap", "h.png"), "--heatmap: received 2 images, allowed: 1");
        AssertBadInput(Run("predict", Quickstart, "--weights", weights, image, "--heatmap", "h.jpg"), "--heatmap: received 'h.jpg', allowed: a file that ends in .png");
        AssertBadInput(Run("predict", Quickstart, "--weights", weights), "Required argument");
        Directory.CreateDirectory(Cli.In("empty"));
        AssertBadInput(Run("predict", Quickstart, "--weights", weights, Cli.In("empty")), $"{Cli.In("empty")}: received no image");
    }
}
