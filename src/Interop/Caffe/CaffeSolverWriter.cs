using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Makes Caffe's <c>SolverParameter</c> of a solver file of ours.</summary>
internal static class CaffeSolverWriter
{
    // Ours and Caffe's names of members of policies.
    private static readonly Dictionary<string, string> PolicyNames = new()
    {
        ["gamma"] = "gamma", ["power"] = "power", ["step_size"] = "stepsize", ["step_value"] = "stepvalue",
    };

    private static readonly string[] Policies = ["fixed", "step", "exp", "inv", "multistep", "poly", "sigmoid"];

    private static readonly string[] Types = ["SGD", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam"];

    private static readonly string[] Numbers =
    [
        "base_lr", "momentum", "momentum2", "delta", "rms_decay", "weight_decay", "clip_gradients", "max_iter", "iter_size",
        "test_iter", "test_interval", "display", "snapshot", "random_seed",
    ];

    private static readonly string[] Known =
        [.. Numbers, "$schema", "net", "type", "lr_policy", "regularization_type", "keep_last", "keep_best"];

    public static PrototxtMessage Write(JsonObject solver, string net, ParityReport report)
    {
        var message = new PrototxtMessage("solver");
        message.AddText("net", net);
        var type = (string?)solver["type"] ?? "SGD";
        if (!Types.Contains(type))
            report.Add($"solver: the type {type} is not Caffe's: SGD is put there");
        message.AddText("type", Types.Contains(type) ? type : "SGD");
        foreach (var name in Numbers)
            if (solver[name] is { } value)
                message.AddNumber(name, value.ToJsonString());
        WritePolicy(message, solver["lr_policy"] as JsonObject ?? new JsonObject { ["type"] = "fixed" }, report);
        if (solver["regularization_type"] is { } regularization)
            message.AddText("regularization_type", regularization.GetValue<string>().ToUpperInvariant());
        message.AddText("snapshot_prefix", "snapshot");
        foreach (var (name, value) in solver)
            if (!Known.Contains(name) && value is not null)
                report.Add($"solver: '{name}' has no counterpart in Caffe: left out");
        return message;
    }

    private static void WritePolicy(PrototxtMessage message, JsonObject policy, ParityReport report)
    {
        var type = policy["type"]!.GetValue<string>();
        if (!Policies.Contains(type))
        {
            report.Add($"solver: the policy {type} is not Caffe's: fixed is put there");
            message.AddText("lr_policy", "fixed");
            return;
        }
        message.AddText("lr_policy", type);
        foreach (var (ours, theirs) in PolicyNames)
            foreach (var value in policy[ours] is JsonArray several ? several : [policy[ours]?.DeepClone()])
                if (value is not null)
                    message.AddNumber(theirs, value.ToJsonString());
    }
}
