namespace NeuralFramework;

/// <summary>
/// Base of the options records of layers. In a net file the options stand flat in the layer's object, in snake_case;
/// a member that no record has is an error. Limits are given by the attributes of
/// <c>System.ComponentModel.DataAnnotations</c> and end up in the messages and in the JSON Schema.
/// </summary>
public abstract record LayerOptions
{
    /// <summary>Checks what single members cannot: combinations. Returns the problems, each naming received and allowed
    /// values; none by default.</summary>
    public virtual IEnumerable<string> Problems() => [];
}

/// <summary>The options of a layer that has none.</summary>
public sealed record NoOptions : LayerOptions;
