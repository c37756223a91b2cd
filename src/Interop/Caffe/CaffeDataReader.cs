using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Makes our data layers of Caffe's: the nearest that there is, with a remark what is to be put there.</summary>
internal static class CaffeDataReader
{
    // How many values of a batch axis, and behind it, a shape in Caffe has.
    private static readonly string[] Extents = ["num", "channels", "height", "width"];

    /// <summary>Our layers; null when the type is not known.</summary>
    public static List<JsonObject>? Read(CaffeLayer layer, List<string> remarks) => layer.Type switch
    {
        "Input" => ReadInput(layer),
        "Data" => [ReadDatabase(layer, remarks)],
        "ImageData" => [ReadImages(layer, remarks)],
        "HDF5Data" => [ReadHdf5(layer, remarks)],
        "DummyData" => ReadDummy(layer, remarks),
        "MemoryData" => ReadMemory(layer, remarks),
        _ => null,
    };

    private static List<JsonObject> ReadInput(CaffeLayer layer)
    {
        var shapes = layer.Message.Message("input_param")?.All("shape").ConvertAll(shape => Dims(shape.AsMessage())) ?? [];
        if (shapes.Count != 1 && shapes.Count != layer.Tops.Count)
            throw new ConfigException($"{layer.Place}: layer '{layer.Name}' (Input): received {shapes.Count} shapes for "
                + $"{layer.Tops.Count} tops, allowed: one, or one for each top");
        return [.. layer.Tops.Select((top, i) => InputOf(layer, layer.Tops.Count == 1 ? layer.Name : top, top,
            shapes[shapes.Count == 1 ? 0 : i]))];
    }

    private static JsonObject InputOf(CaffeLayer layer, string name, string top, JsonArray shape)
    {
        var json = CaffeLayerReader.Common(layer, "Input", name, tops: [top]);
        json["shape"] = shape.DeepClone();
        return json;
    }

    private static JsonArray Dims(PrototxtMessage shape) => [.. shape.All("dim").ConvertAll(dim => (JsonNode)dim.AsInt())];

    private static JsonObject ReadDatabase(CaffeLayer layer, List<string> remarks)
    {
        var data = layer.Message.Message("data_param") ?? new PrototxtMessage(layer.Place);
        var source = data.Text("source") ?? "";
        foreach (var name in new[] { "backend", "rand_skip", "prefetch", "force_encoded_color" })
            data.One(name);
        var type = KnownSet(layer, source.ToLowerInvariant()) ?? "ImageFolder";
        var json = CaffeLayerReader.Common(layer, type);
        if (type == "ImageFolder")
        {
            json["source"] = source;
            remarks.Add($"the database {source} is not read: put its images into a folder for each class and name their "
                + "folder here; labels are the places of the folders' names in order");
        }
        else
            remarks.Add($"the database {source} is taken to be {type}: "
                + $"./nf data install {type.ToLowerInvariant()}");
        ReadImageOptions(layer, data, json, remarks);
        if (type != "Mnist")
            remarks.Add("channels are red, green, blue; Caffe's tools store blue, green, red");
        return json;
    }

    // By the names that Caffe's scripts give the databases; pairs of images are another set.
    private static string? KnownSet(CaffeLayer layer, string source) => source.Contains("siamese") || layer.Tops.Count == 0 ? null
        : source.Contains("mnist") ? "Mnist"
        : source.Contains("cifar10") ? "Cifar10"
        : null;

    private static JsonObject ReadImages(CaffeLayer layer, List<string> remarks)
    {
        var data = layer.Message.Message("image_data_param") ?? new PrototxtMessage(layer.Place);
        var json = CaffeLayerReader.Common(layer, "ImageFolder");
        var list = (data.Text("root_folder") ?? "") + (data.Text("source") ?? "");
        json["source"] = list;
        data.One("rand_skip");
        foreach (var name in new[] { "new_height", "new_width" })
            if (data.One(name)?.AsInt() is { } extent and > 0)
                json[name] = extent;
        if (data.Flag("is_color") == false)
            json["is_color"] = false;
        else
            remarks.Add("channels are red, green, blue; Caffe's are blue, green, red");
        if (data.Flag("shuffle") == true)
            json["shuffle"] = true;
        remarks.Insert(0, $"the list {list} is not read: put its images into a folder for each class and name their folder "
            + "here");
        ReadImageOptions(layer, data, json, remarks);
        return json;
    }

    // Older files have in data_param what belongs to transform_param.
    private static void ReadImageOptions(CaffeLayer layer, PrototxtMessage data, JsonObject json, List<string> remarks)
    {
        json["batch_size"] = data.One("batch_size")?.AsInt() ?? 1;
        var transform = layer.Message.Message("transform_param") ?? data;
        json["scale"] = transform.Real("scale") ?? 1;
        if (transform.One("crop_size")?.AsInt() is { } crop and > 0)
            json["crop_size"] = crop;
        if (transform.Flag("mirror") == true)
            json["mirror"] = true;
        var means = transform.All("mean_value").ConvertAll(mean => (JsonNode)mean.AsReal());
        if (means.Count > 0)
            json["mean_value"] = means is [var only] ? only : new JsonArray([.. means]);
        if (means.Count == 3)
        {
            json["mean_value"] = new JsonArray(means[2].DeepClone(), means[1].DeepClone(), means[0].DeepClone());
            remarks.Add("mean_value is turned to red, green, blue");
        }
        if (transform.Text("mean_file") is { } file)
        {
            json["mean_image"] = true;
            remarks.Add($"the mean image is computed from the set, not read from {file}");
        }
        foreach (var name in new[] { "force_color", "force_gray" })
            transform.One(name);
    }

    private static JsonObject ReadHdf5(CaffeLayer layer, List<string> remarks)
    {
        var data = layer.Message.Message("hdf5_data_param") ?? new PrototxtMessage(layer.Place);
        var json = CaffeLayerReader.Common(layer, "Hdf5");
        json["source"] = data.Text("source") ?? "";
        json["batch_size"] = data.One("batch_size")?.AsInt() ?? 1;
        if (data.Flag("shuffle") == true)
            json["shuffle"] = true;
        remarks.Add("source is a list of files in Caffe: name the .h5 files themselves here");
        return json;
    }

    private static List<JsonObject> ReadDummy(CaffeLayer layer, List<string> remarks)
    {
        var data = layer.Message.Message("dummy_data_param") ?? new PrototxtMessage(layer.Place);
        var fillers = data.All("data_filler")
            .ConvertAll(filler => CaffeFiller.Read(filler.AsMessage(), "data_filler", remarks));
        var shapes = ShapesOf(layer, data);
        return [.. layer.Tops.Select((top, i) =>
        {
            var json = CaffeLayerReader.Common(layer, "Constant", layer.Tops.Count == 1 ? layer.Name : top, tops: [top]);
            json["shape"] = shapes[shapes.Count == 1 ? 0 : i].DeepClone();
            if (fillers.Count > 0 && fillers[fillers.Count == 1 ? 0 : i] is { } filler)
                json["filler"] = filler.DeepClone();
            if (json["filler"] is JsonObject drawn && (string)drawn["type"]! != "constant" && i == 0)
                remarks.Add("the values are drawn once, not anew in each pass");
            return json;
        })];
    }

    private static List<JsonArray> ShapesOf(CaffeLayer layer, PrototxtMessage data)
    {
        var shapes = data.All("shape").ConvertAll(shape => Dims(shape.AsMessage()));
        var extents = Extents.Select(name => data.All(name).ConvertAll(extent => extent.AsInt())).ToList();
        if (shapes.Count == 0 && extents.TrueForAll(list => list.Count == extents[0].Count))
            shapes = [.. Enumerable.Range(0, extents[0].Count).Select(i =>
                new JsonArray([.. extents.Select(list => (JsonNode)list[i])]))];
        var fillers = data.All("data_filler").Count;
        return shapes.Count > 0 && (shapes.Count == 1 || shapes.Count == layer.Tops.Count)
            && (fillers <= 1 || fillers == layer.Tops.Count)
            ? shapes : throw new ConfigException($"{data.Place}: layer '{layer.Name}' (DummyData): received "
                + $"{shapes.Count} shapes and {fillers} fillers for {layer.Tops.Count} tops, allowed: one of each, or one "
                + "for each top");
    }

    private static List<JsonObject> ReadMemory(CaffeLayer layer, List<string> remarks)
    {
        var data = layer.Message.Message("memory_data_param") ?? new PrototxtMessage(layer.Place);
        var extents = new[] { "batch_size", "channels", "height", "width" }
            .Select(name => (JsonNode)(data.One(name)?.AsInt() ?? 0)).ToArray();
        remarks.Add("a program writes the batch into the blobs");
        if (layer.Message.Message("transform_param") is not null)
            remarks.Add("transform_param is left out: the program scales");
        return [.. layer.Tops.Select((top, i) => InputOf(layer, top, top, i == 0
            ? new JsonArray(extents) : new JsonArray(extents[0].DeepClone())))];
    }
}
