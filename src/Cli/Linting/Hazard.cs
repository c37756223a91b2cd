namespace NeuralFramework.Cli;

/// <summary>Something in a model that runs and yet is probably not what is meant.</summary>
/// <param name="Rule">The name of the rule that found it.</param>
/// <param name="Layer">The definition of the layer.</param>
/// <param name="What">What was found.</param>
/// <param name="Why">Why it is a hazard, and what to do.</param>
internal sealed record Hazard(string Rule, LayerConfig Layer, string What, string Why);

/// <summary>Looks for one kind of hazard.</summary>
internal interface ILintRule
{
    /// <summary>The name, in kebab-case.</summary>
    string Name { get; }

    /// <summary>What it finds; nothing where all is well.</summary>
    IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target);

    /// <summary>Why it is a hazard, and what to do.</summary>
    string Why { get; }
}
