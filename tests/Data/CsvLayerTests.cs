using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class CsvLayerTests
{
    private const string Iris = """
        length,width,species
        5.1,3.5,0
        4.9, 3.0 ,1
        "6.2",1e-1,2
        """;

    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private ServedLayer<double> Serve(string text, CsvOptions options, int topCount = 2) =>
        new(new CsvLayer<double>(options with { Path = folder.Write("iris.csv", text) }), topCount: topCount);

    private static CsvOptions Options(ColumnName? label = null) =>
        new() { Path = "", BatchSize = 3, LabelColumn = label };

    private void ExpectError(string text, CsvOptions options, params string[] lines)
    {
        var path = folder.In("iris.csv");
        Assert.That(() => Serve(text, options, options.LabelColumn is null ? 1 : 2), Throws.TypeOf<DataException>()
            .With.Message.EqualTo(string.Join(Environment.NewLine, lines.Select(line => line.Replace("FILE", path)))));
    }

    [Test]
    public void Columns_become_features_and_the_label_column_labels()
    {
        var served = Serve(Iris, Options("species"));
        var (data, labels) = served.Next();
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(3, 2)));
        Assert.That(data, Is.EqualTo(new[] { 5.1, 3.5, 4.9, 3.0, 6.2, 0.1 }));
        Assert.That(labels, Is.EqualTo(new[] { 0.0, 1, 2 }));
    }

    [Test]
    public void The_label_column_may_be_a_number_and_stand_anywhere()
    {
        var (data, labels) = Serve(Iris, Options(1)).Next();
        Assert.That(labels, Is.EqualTo(new[] { 3.5, 3.0, 0.1 }));
        Assert.That(data, Is.EqualTo(new[] { 5.1, 0, 4.9, 1, 6.2, 2 }));
    }

    [Test]
    public void Without_a_label_column_all_columns_are_features()
    {
        var served = Serve(Iris, Options(), topCount: 1);
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(3, 3)));
        Assert.That(() => Serve(Iris, Options()), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void Header_and_delimiter_can_be_set()
    {
        var (data, labels) = Serve("1;2;0\r\n\r\n3;4;1\r\n5;6;2", Options("2") with { Header = false, Delimiter = ";" })
            .Next();
        Assert.That(data, Is.EqualTo(new[] { 1.0, 2, 3, 4, 5, 6 }));
        Assert.That(labels, Is.EqualTo(new[] { 0.0, 1, 2 }));
    }

    [Test]
    public void Bad_rows_are_all_named_by_line() =>
        ExpectError("length,width,species\n5.1,abc,0\n\n1,2\n1,2,3\n,NaN,inf\n1,2,3,4\n", Options("species"),
            "FILE:2: column 'width': received \"abc\", allowed: a number",
            "FILE:4: received 2 columns, allowed: 3",
            "FILE:6: column 'length': received \"\", allowed: a number",
            "FILE:6: column 'width': received \"NaN\", allowed: a finite number",
            "FILE:6: column 'species': received \"inf\", allowed: a number",
            "FILE:7: received 4 columns, allowed: 3");

    [Test]
    public void Beyond_ten_problems_the_rest_is_counted() =>
        ExpectError("a\n" + string.Concat(Enumerable.Repeat("x\n", 13)), Options(),
            [.. Enumerable.Range(2, 10).Select(line => $"FILE:{line}: column 'a': received \"x\", allowed: a number"),
                "and 3 more"]);

    [Test]
    public void Quotes_out_of_place_are_named()
    {
        ExpectError("a,b\n1,2\n1,\"2\"x\n", Options(),
            "FILE:3: received \"1,\"2\"x\" (text behind a closing quote), allowed: quotes in pairs around a whole "
                + "field");
        ExpectError("a,b\n1,2\n1,\"2\n", Options(),
            "FILE:3: received \"1,\"2\n\" (a quote that is never closed), allowed: quotes in pairs around a whole "
                + "field");
    }

    [Test]
    public void An_unknown_label_column_is_an_error_with_a_suggestion()
    {
        ExpectError(Iris, Options("specie"),
            "FILE: label column: received 'specie', allowed: length, width, species, or a number of 0 to 2; did you "
                + "mean 'species'?");
        ExpectError(Iris, Options(3), "FILE: label column: received '3', allowed: length, width, species, or a number "
            + "of 0 to 2");
        ExpectError("1,2\n", Options("x") with { Header = false }, "FILE: label column: received 'x', allowed: a "
            + "number of 0 to 1");
    }

    [Test]
    public void A_label_column_that_is_there_twice_or_alone_is_an_error()
    {
        ExpectError("a,y,y\n1,2,3\n", Options("y"),
            "FILE: label column 'y': the header has it twice, allowed: once, or a number of 0 to 2");
        ExpectError("y\n1\n", Options("y"),
            "FILE: received 1 column and it has the labels, allowed: 1 column of data or more beside it");
    }

    [Test]
    public void A_file_without_rows_is_an_error()
    {
        ExpectError("", Options(), "FILE: received an empty file, allowed: a header and 1 row or more");
        ExpectError("a,b\n", Options(), "FILE: received a header and no rows, allowed: a header and 1 row or more");
        ExpectError("", Options() with { Header = false }, "FILE: received an empty file, allowed: 1 row or more");
    }

    [Test]
    public void A_relative_path_is_looked_for_in_the_data_folders()
    {
        folder.Write("tables/iris.csv", Iris);
        var layer = new CsvLayer<float>(Options("species") with { Path = "tables/iris.csv" });
        Assert.That(new ServedLayer<float>(layer).Layer.SampleCount, Is.EqualTo(3));
    }

    [Test]
    public void A_missing_file_is_an_error_that_lists_the_places()
    {
        var layer = new CsvLayer<float>(Options() with { Path = "nowhere.csv" });
        Assert.That(() => new ServedLayer<float>(layer), Throws.TypeOf<DataException>().With.Message.StartsWith(
            $"layer 'data' (Csv): member 'path': not found; looked for nowhere.csv in "
                + $"{Environment.CurrentDirectory} and in")
            .And.Message.Contains($"{folder.Path} (--data)"));
        layer = new CsvLayer<float>(Options() with { Path = folder.In("nowhere.csv") });
        Assert.That(() => new ServedLayer<float>(layer), Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"layer 'data' (Csv): member 'path': {folder.In("nowhere.csv")}: no such file"));
        layer = new CsvLayer<float>(Options() with { Path = folder.Path });
        Assert.That(() => new ServedLayer<float>(layer), Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"{folder.Path}: received a folder, allowed: a file"));
    }

    [TestCase("species")]
    [TestCase(2)]
    public void The_label_column_is_read_from_JSON_as_text_or_number(object label)
    {
        var options = new JsonObject
        {
            ["batch_size"] = 1, ["path"] = folder.Write("iris.csv", Iris), ["label_column"] = JsonValue.Create(label),
        };
        var layer = (CsvLayer<float>)LayerRegistry.Create<float>("Csv", options);
        Assert.That(new ServedLayer<float>(layer).Next().Labels, Is.EqualTo(new[] { 0f }));
    }

    [Test]
    public void Wrong_options_are_named()
    {
        Assert.That(() => LayerRegistry.Create<float>("Csv", new()
            { ["batch_size"] = 1, ["path"] = "x", ["label_column"] = true }),
            Throws.TypeOf<ConfigException>().With.Message.EndsWith(
                "member 'label_column': received true, allowed: a column's name, or its number counted from 0"));
        Assert.That(() => LayerRegistry.Create<float>("Csv", new()
            { ["batch_size"] = 1, ["path"] = "", ["delimiter"] = "||" }),
            Throws.TypeOf<ConfigException>().With.Message.Contains("member 'path': received empty text, allowed: the "
                + "path of a file")
                .And.Message.Contains("member 'delimiter': received \"||\", allowed: one ASCII character"));
    }
}
