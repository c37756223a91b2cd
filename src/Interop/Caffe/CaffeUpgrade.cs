namespace NeuralFramework.Interop;

/// <summary>Brings layers of Caffe's older formats into the form of the newest: V1 (<c>layers</c> with a type in capitals,
/// <c>blobs_lr</c>, <c>weight_decay</c>) and V0 (<c>layers { layer { … } }</c> with all options in one message).</summary>
internal static class CaffeUpgrade
{
    private static readonly Dictionary<string, string> V1Types = new()
    {
        ["ABSVAL"] = "AbsVal", ["ACCURACY"] = "Accuracy", ["ARGMAX"] = "ArgMax", ["BNLL"] = "BNLL", ["CONCAT"] = "Concat",
        ["CONTRASTIVE_LOSS"] = "ContrastiveLoss", ["CONVOLUTION"] = "Convolution", ["DATA"] = "Data",
        ["DECONVOLUTION"] = "Deconvolution", ["DROPOUT"] = "Dropout", ["DUMMY_DATA"] = "DummyData",
        ["EUCLIDEAN_LOSS"] = "EuclideanLoss", ["ELTWISE"] = "Eltwise", ["EXP"] = "Exp", ["FLATTEN"] = "Flatten",
        ["HDF5_DATA"] = "HDF5Data", ["HDF5_OUTPUT"] = "HDF5Output", ["HINGE_LOSS"] = "HingeLoss", ["IM2COL"] = "Im2col",
        ["IMAGE_DATA"] = "ImageData", ["INFOGAIN_LOSS"] = "InfogainLoss", ["INNER_PRODUCT"] = "InnerProduct", ["LRN"] = "LRN",
        ["MEMORY_DATA"] = "MemoryData", ["MULTINOMIAL_LOGISTIC_LOSS"] = "MultinomialLogisticLoss", ["MVN"] = "MVN",
        ["POOLING"] = "Pooling", ["POWER"] = "Power", ["RELU"] = "ReLU", ["SIGMOID"] = "Sigmoid",
        ["SIGMOID_CROSS_ENTROPY_LOSS"] = "SigmoidCrossEntropyLoss", ["SILENCE"] = "Silence", ["SLICE"] = "Slice",
        ["SOFTMAX"] = "Softmax", ["SOFTMAX_LOSS"] = "SoftmaxWithLoss", ["SPLIT"] = "Split", ["TANH"] = "TanH",
        ["THRESHOLD"] = "Threshold", ["WINDOW_DATA"] = "WindowData",
    };

    // The type, and the message that the options of a V0 layer of that type belong to.
    private static readonly Dictionary<string, (string Type, string? Param)> V0Types = new()
    {
        ["accuracy"] = ("Accuracy", null), ["bnll"] = ("BNLL", null), ["concat"] = ("Concat", "concat_param"),
        ["conv"] = ("Convolution", "convolution_param"), ["data"] = ("Data", "data_param"),
        ["dropout"] = ("Dropout", "dropout_param"), ["euclidean_loss"] = ("EuclideanLoss", null),
        ["flatten"] = ("Flatten", null), ["hdf5_data"] = ("HDF5Data", "hdf5_data_param"), ["hdf5_output"] = ("HDF5Output", null),
        ["im2col"] = ("Im2col", "convolution_param"), ["images"] = ("ImageData", "image_data_param"),
        ["infogain_loss"] = ("InfogainLoss", "infogain_loss_param"),
        ["innerproduct"] = ("InnerProduct", "inner_product_param"), ["lrn"] = ("LRN", "lrn_param"),
        ["multinomial_logistic_loss"] = ("MultinomialLogisticLoss", null), ["pool"] = ("Pooling", "pooling_param"),
        ["relu"] = ("ReLU", null), ["sigmoid"] = ("Sigmoid", null), ["softmax"] = ("Softmax", null),
        ["softmax_loss"] = ("SoftmaxWithLoss", null), ["split"] = ("Split", null), ["tanh"] = ("TanH", null),
        ["window_data"] = ("WindowData", "window_data_param"),
    };

    private static readonly Dictionary<string, string> V0Names = new()
    {
        ["biasterm"] = "bias_term", ["kernelsize"] = "kernel_size", ["batchsize"] = "batch_size", ["cropsize"] = "crop_size",
        ["meanfile"] = "mean_file", ["shuffle_images"] = "shuffle", ["det_fg_threshold"] = "fg_threshold",
        ["det_bg_threshold"] = "bg_threshold", ["det_fg_fraction"] = "fg_fraction",
        ["det_context_pad"] = "context_pad", ["det_crop_mode"] = "crop_mode",
    };

    /// <summary>The layers of a net in the newest form, in order.</summary>
    public static List<PrototxtMessage> Layers(PrototxtMessage net)
    {
        var (newest, older) = (net.All("layer"), net.All("layers"));
        if (newest.Count > 0 && older.Count > 0)
            throw older[0].Wrong("'layer' alone, as the file has both kinds");
        if (older.Count == 0)
            return newest.ConvertAll(field => field.AsMessage());
        var layers = older.ConvertAll(field => field.AsMessage());
        var pads = new Dictionary<string, PrototxtMessage>();
        foreach (var padding in layers.FindAll(IsPadding))
            pads[padding.All("top")[0].AsText()] = padding;
        return [.. layers.Where(layer => !IsPadding(layer))
            .Select(layer => layer.Has("layer") ? FromV0(layer, pads) : FromV1(layer))];
    }

    private static bool IsPadding(PrototxtMessage layer) => layer.Has("top") && layer.One("layer")?.AsMessage() is { } inner
        && inner.One("type") is { Kind: PrototxtKind.Text } type && type.AsText() == "padding";

    private static PrototxtMessage FromV1(PrototxtMessage layer)
    {
        var result = new PrototxtMessage(layer.Place);
        foreach (var field in layer.Fields)
            if (field.Name == "type")
                result.Add(Text("type", TypeOf(field), field.Place));
            else if (field.Name is not ("param" or "blob_share_mode" or "blobs_lr" or "weight_decay"))
                result.Add(field);
        AddParameters(result, layer, layer.All("param"));
        return result;
    }

    private static string TypeOf(PrototxtField field) =>
        V1Types.GetValueOrDefault(field.AsWord()) ?? field.AsWord();

    private static PrototxtMessage FromV0(PrototxtMessage connection, Dictionary<string, PrototxtMessage> pads)
    {
        var inner = connection.Message("layer")!;
        var type = inner.One("type")?.AsText() ?? "";
        var (newType, param) = V0Types.GetValueOrDefault(type, (type, null));
        var result = new PrototxtMessage(connection.Place);
        var options = new PrototxtMessage(inner.Place);
        result.Add(Text("type", newType, inner.Place));
        foreach (var field in inner.Fields.Where(field => field.Name is not ("type" or "blobs_lr" or "weight_decay")))
            if (field.Name is "name" or "hdf5_output_param" || param is null)
                result.Add(field);
            else
                options.Add(field.Renamed(V0Names.GetValueOrDefault(field.Name, field.Name)));
        foreach (var field in connection.Fields.Where(field => field.Name != "layer"))
            if (field.Name == "bottom" && field.Kind == PrototxtKind.Text && pads.TryGetValue(field.AsText(), out var pad))
            {
                // A padding of its own is that of the convolution behind it.
                pad.All("bottom").ForEach(result.Add);
                pad.Message("layer")!.All("pad").ForEach(options.Add);
            }
            else
                result.Add(field);
        if (param is not null)
            result.Add(new PrototxtField(param, options));
        AddParameters(result, inner, []);
        return result;
    }

    private static void AddParameters(PrototxtMessage result, PrototxtMessage layer, List<PrototxtField> names)
    {
        var (rates, decays) = (layer.All("blobs_lr"), layer.All("weight_decay"));
        for (var i = 0; i < Math.Max(names.Count, Math.Max(rates.Count, decays.Count)); i++)
        {
            var param = new PrototxtMessage(layer.Place);
            if (i < names.Count)
                param.Add(names[i].Renamed("name"));
            if (i < rates.Count)
                param.Add(rates[i].Renamed("lr_mult"));
            if (i < decays.Count)
                param.Add(decays[i].Renamed("decay_mult"));
            result.Add(new PrototxtField("param", param));
        }
    }

    private static PrototxtField Text(string name, string text, string place) => new(name, place, PrototxtKind.Text, text);
}
