using System.Reflection;

namespace NeuralFramework;

/// <summary>Registers a layer class under the name that nets use. The class is generic in the element type and has one
/// public constructor: with its options record, or without parameters.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LayerTypeAttribute(string name) : Attribute
{
    /// <summary>The name of the type: Caffe's where Caffe has the layer.</summary>
    public string Name { get; } = name;

    internal static string NameOf(Type layerType) =>
        layerType.GetCustomAttribute<LayerTypeAttribute>()?.Name ?? layerType.Name.Split('`')[0];
}
