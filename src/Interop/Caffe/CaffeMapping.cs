using System.Text.Json.Nodes;
using static NeuralFramework.Interop.CaffeFieldKind;

namespace NeuralFramework.Interop;

/// <summary>A layer type of Caffe that is one of ours, option by option, in both directions.</summary>
/// <param name="Caffe">The type there.</param>
/// <param name="Ours">The type here.</param>
/// <param name="Fields">The options that both have.</param>
internal sealed record CaffeMapping(string Caffe, string Ours, params CaffeField[] Fields)
{
    /// <summary>Fields there that say how to compute, not what.</summary>
    public string[] Ignored { get; init; } = [];

    /// <summary>Options that the layer always has here.</summary>
    public (string Name, JsonNode Value)[] Fixed { get; init; } = [];

    /// <summary>How many axes each parameter has; null: as many as are stored.</summary>
    public int?[] Ranks { get; init; } = [];

    private static readonly CaffeField[] Windows =
    [
        F("convolution_param", Whole, "num_output"), F("convolution_param", Spatial, "kernel_size"),
        F("convolution_param", Spatial, "stride"), F("convolution_param", Spatial, "pad"),
        F("convolution_param", Spatial, "dilation"), F("convolution_param", Whole, "group"),
        F("convolution_param", Flag, "bias_term"), F("convolution_param", Drawn, "weight_filler"),
        F("convolution_param", Drawn, "bias_filler"),
    ];

    private static readonly CaffeField[] Recurrent =
    [
        F("recurrent_param", Whole, "num_output"), F("recurrent_param", Drawn, "weight_filler"),
        F("recurrent_param", Drawn, "bias_filler"), F("recurrent_param", Flag, "expose_hidden"),
    ];

    private static readonly CaffeField[] Exponents =
        [F("exp_param", Real, "base"), F("exp_param", Real, "scale"), F("exp_param", Real, "shift")];

    /// <summary>All types that are mapped one to one.</summary>
    public static IReadOnlyList<CaffeMapping> All { get; } =
    [
        new("AbsVal", "AbsVal"),
        new("Accuracy", "Accuracy", F("accuracy_param", Whole, "top_k"), F("accuracy_param", Whole, "axis"),
            F("accuracy_param", Whole, "ignore_label")),
        new("ArgMax", "ArgMax", F("argmax_param", Flag, "out_max_val"), F("argmax_param", Whole, "top_k"),
            F("argmax_param", Whole, "axis")),
        new("BatchNorm", "BatchNorm", F("batch_norm_param", Flag, "use_global_stats"),
            F("batch_norm_param", Real, "moving_average_fraction"), F("batch_norm_param", Real, "eps"))
        {
            Fixed = [("scale_bias", false)], Ranks = [1, 1, 1],
        },
        new("Bias", "Bias", F("bias_param", Whole, "axis"), F("bias_param", Whole, "num_axes"),
            F("bias_param", Drawn, "filler")) { Ranks = [null] },
        new("BNLL", "BNLL"),
        new("Clip", "Clip", F("clip_param", Real, "min"), F("clip_param", Real, "max")),
        new("Concat", "Concat", F("concat_param", Whole, "axis"), F("concat_param", Whole, "concat_dim", "axis")),
        new("ContrastiveLoss", "ContrastiveLoss", F("contrastive_loss_param", Real, "margin"),
            F("contrastive_loss_param", Flag, "legacy_version")),
        new("Convolution", "Convolution", Windows)
        {
            Ignored = ["convolution_param.engine", "convolution_param.force_nd_im2col"], Ranks = [4, 1],
        },
        new("Crop", "Crop", F("crop_param", Whole, "axis"), F("crop_param", Wholes, "offset")),
        new("Deconvolution", "Deconvolution", Windows)
        {
            Ignored = ["convolution_param.engine", "convolution_param.force_nd_im2col"], Ranks = [4, 1],
        },
        new("Dropout", "Dropout", F("dropout_param", Real, "dropout_ratio")),
        new("Eltwise", "Eltwise", F("eltwise_param", Word, "operation"), F("eltwise_param", Reals, "coeff"))
        {
            Ignored = ["eltwise_param.stable_prod_grad"],
        },
        new("ELU", "ELU", F("elu_param", Real, "alpha")),
        new("Embed", "Embed", F("embed_param", Whole, "num_output"), F("embed_param", Whole, "input_dim"),
            F("embed_param", Flag, "bias_term"), F("embed_param", Drawn, "weight_filler"),
            F("embed_param", Drawn, "bias_filler")) { Ranks = [2, 1] },
        new("EuclideanLoss", "EuclideanLoss"),
        new("Exp", "Exp", Exponents),
        new("Flatten", "Flatten", F("flatten_param", Whole, "axis"), F("flatten_param", Whole, "end_axis")),
        new("InfogainLoss", "InfogainLoss", F("infogain_loss_param", Whole, "axis"),
            F("loss_param", Whole, "ignore_label"), F("loss_param", Word, "normalization")),
        new("InnerProduct", "InnerProduct", F("inner_product_param", Whole, "num_output"),
            F("inner_product_param", Flag, "bias_term"), F("inner_product_param", Drawn, "weight_filler"),
            F("inner_product_param", Drawn, "bias_filler"), F("inner_product_param", Whole, "axis"),
            F("inner_product_param", Flag, "transpose")) { Ranks = [2, 1] },
        new("Log", "Log", [.. Exponents.Select(field => field with { Param = "log_param" })]),
        new("LRN", "LRN", F("lrn_param", Whole, "local_size"), F("lrn_param", Real, "alpha"), F("lrn_param", Real, "beta"),
            F("lrn_param", Real, "k"), F("lrn_param", Word, "norm_region")) { Ignored = ["lrn_param.engine"] },
        new("LSTM", "LSTM", Recurrent) { Ignored = ["recurrent_param.debug_info"] },
        new("MultinomialLogisticLoss", "MultinomialLogisticLoss"),
        new("MVN", "MVN", F("mvn_param", Flag, "normalize_variance"), F("mvn_param", Flag, "across_channels"),
            F("mvn_param", Real, "eps")),
        new("Parameter", "Constant", F("parameter_param", Dims, "shape"))
        {
            Fixed = [("trainable", true)], Ranks = [null],
        },
        new("Pooling", "Pooling", F("pooling_param", Word, "pool"), F("pooling_param", Spatial, "kernel_size"),
            F("pooling_param", Spatial, "stride"), F("pooling_param", Spatial, "pad"),
            F("pooling_param", Flag, "global_pooling"), F("pooling_param", Word, "round_mode"))
        {
            Ignored = ["pooling_param.engine"],
        },
        new("Power", "Power", F("power_param", Real, "power"), F("power_param", Real, "scale"),
            F("power_param", Real, "shift")),
        new("PReLU", "PReLU", F("prelu_param", Drawn, "filler"), F("prelu_param", Flag, "channel_shared"))
        {
            Ranks = [null],
        },
        new("Reduction", "Reduction", F("reduction_param", Word, "operation"), F("reduction_param", Whole, "axis"),
            F("reduction_param", Real, "coeff")),
        new("ReLU", "ReLU", F("relu_param", Real, "negative_slope")) { Ignored = ["relu_param.engine"] },
        new("Reshape", "Reshape", F("reshape_param", Dims, "shape"), F("reshape_param", Whole, "axis"),
            F("reshape_param", Whole, "num_axes")),
        new("Scale", "Scale", F("scale_param", Whole, "axis"), F("scale_param", Whole, "num_axes"),
            F("scale_param", Drawn, "filler"), F("scale_param", Flag, "bias_term"),
            F("scale_param", Drawn, "bias_filler")) { Ranks = [null, null] },
        new("Sigmoid", "Sigmoid") { Ignored = ["sigmoid_param.engine"] },
        new("SigmoidCrossEntropyLoss", "SigmoidCrossEntropyLoss", F("loss_param", Whole, "ignore_label"),
            F("loss_param", Word, "normalization")),
        new("Silence", "Silence"),
        new("Slice", "Slice", F("slice_param", Whole, "axis"), F("slice_param", Whole, "slice_dim", "axis"),
            F("slice_param", Wholes, "slice_point")),
        new("Softmax", "Softmax", F("softmax_param", Whole, "axis")) { Ignored = ["softmax_param.engine"] },
        new("SoftmaxWithLoss", "SoftmaxLoss", F("softmax_param", Whole, "axis"), F("loss_param", Whole, "ignore_label"),
            F("loss_param", Word, "normalization")) { Ignored = ["softmax_param.engine"] },
        new("Split", "Split"),
        new("SPP", "SPP", F("spp_param", Whole, "pyramid_height"), F("spp_param", Word, "pool"))
        {
            Ignored = ["spp_param.engine"],
        },
        new("Swish", "Swish", F("swish_param", Real, "beta")),
        new("TanH", "TanH") { Ignored = ["tanh_param.engine"] },
        new("Threshold", "Threshold", F("threshold_param", Real, "threshold")),
        new("Tile", "Tile", F("tile_param", Whole, "axis"), F("tile_param", Whole, "tiles")),
    ];

    /// <summary>The mapping of a type of Caffe; null when there is none.</summary>
    public static CaffeMapping? Of(string caffeType) => All.FirstOrDefault(mapping => mapping.Caffe == caffeType);

    private static CaffeField F(string param, CaffeFieldKind kind, string name, string? ours = null) =>
        new(param, kind, name, ours ?? name);
}
