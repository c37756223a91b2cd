using System.Numerics;
using System.Reflection;
using System.Text.Json.Nodes;

namespace NeuralFramework;

/// <summary>
/// The layer types by name. A class registers by <see cref="LayerTypeAttribute"/>: those of the framework's assemblies
/// beside the program are found by themselves, as are those of any loaded assembly that references the framework.
/// </summary>
public static class LayerRegistry
{
    private static readonly Lock Gate = new();
    private static readonly SortedDictionary<string, Entry> Entries = new(StringComparer.Ordinal);
    private static readonly HashSet<Assembly> Scanned = [];
    private static bool neighboursLoaded;

    /// <summary>The names of all types, in ordinal order.</summary>
    public static IReadOnlyCollection<string> Types
    {
        get
        {
            lock (Gate)
            {
                ScanLoaded();
                return [.. Entries.Keys];
            }
        }
    }

    /// <summary>Creates a layer from the options as they stand in a net file. Members that all layers have, such as
    /// <c>name</c>, may be among them: the name is set, the rest is the net's affair and is only checked.</summary>
    /// <exception cref="ConfigException">The type is unknown or the options have problems; all of them are named.</exception>
    public static Layer<T> Create<T>(string type, JsonObject options) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var definition = (JsonObject)options.DeepClone();
        definition["type"] = type;
        var net = new JsonObject { ["layers"] = new JsonArray(definition) };
        var config = NetConfig.Read(ConfigDocument.FromNode(net, $"{type} options")).Layers[0];
        return Create<T>(config);
    }

    /// <summary>Creates a layer from its definition.</summary>
    /// <exception cref="ConfigException">The type is unknown, or not for these options.</exception>
    public static Layer<T> Create<T>(LayerConfig config) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var entry = Find(config.Type) ?? throw Unknown(config.Type);
        if (!entry.Options.IsInstanceOfType(config.Options))
            throw new ConfigException($"{config}: received options of type {config.Options.GetType().Name}, allowed: "
                + entry.Options.Name);
        ConfigLimits.Require(config.Options, config.ToString());
        var layer = entry.New<T>(config.Options);
        layer.Name = config.Name ?? config.Type;
        return layer;
    }

    /// <summary>The type of the options record of a layer type; null when the type is unknown.</summary>
    public static Type? OptionsTypeOf(string type) => Find(type)?.Options;

    /// <summary>The class of a layer type, generic in the element type; null when the type is unknown.</summary>
    public static Type? ClassOf(string type) => Find(type)?.Layer;

    /// <summary>The layer type that a record configures.</summary>
    /// <exception cref="ConfigException">None or several do.</exception>
    public static string TypeOf(LayerOptions options)
    {
        lock (Gate)
        {
            ScanLoaded();
            var names = Entries.Values.Where(entry => entry.Options == options.GetType()).Select(entry => entry.Name).ToList();
            return names.Count == 1
                ? names[0]
                : throw new ConfigException($"layer options {options.GetType().Name}: belong to "
                    + (names.Count == 0 ? "no registered layer" : string.Join(", ", names)) + "; give the type by name");
        }
    }

    /// <summary>Options of a type with everything at its default.</summary>
    /// <exception cref="ConfigException">The type is unknown or has options without a default.</exception>
    public static LayerOptions DefaultOptions(string type)
    {
        if (OptionsTypeOf(type) is not { } options)
            throw Unknown(type);
        var required = RecordInfo.Of(options).Required.ToList();
        return required.Count == 0
            ? (LayerOptions)Activator.CreateInstance(options)!
            : throw new ConfigException($"layer type {type}: needs {string.Join(", ", required)}: give a {options.Name}");
    }

    /// <summary>Registers the layer classes of an assembly now, rather than when a type is next looked up.</summary>
    /// <exception cref="ConfigException">A class cannot be registered, or two have one name.</exception>
    public static void Register(Assembly assembly)
    {
        lock (Gate)
        {
            if (!Scanned.Add(assembly))
                return;
            foreach (var type in assembly.GetTypes())
                if (type.GetCustomAttribute<LayerTypeAttribute>() is { } attribute)
                    Add(new Entry(attribute.Name, type));
        }
    }

    private static ConfigException Unknown(string type) =>
        new($"layer type: received '{type}', allowed: {string.Join(", ", Types)}{Suggestion.For(type, Types)}");

    private static Entry? Find(string type)
    {
        lock (Gate)
        {
            if (!Entries.ContainsKey(type))
                ScanLoaded();
            return Entries.GetValueOrDefault(type);
        }
    }

    private static void Add(Entry entry)
    {
        if (Entries.TryGetValue(entry.Name, out var other))
            throw new ConfigException($"layer type {entry.Name}: registered by {other.Layer.FullName} and by "
                + $"{entry.Layer.FullName}, allowed: one class");
        Entries.Add(entry.Name, entry);
    }

    private static void ScanLoaded()
    {
        if (!neighboursLoaded)
        {
            neighboursLoaded = true;
            // A program that names layers only in JSON has not loaded their assemblies yet. What stands beside it without
            // being a part of it cannot be loaded by name.
            var parts = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
            foreach (var file in parts.Split(Path.PathSeparator))
                if (Path.GetFileName(file).StartsWith("NeuralFramework.", StringComparison.Ordinal))
                    Assembly.Load(AssemblyName.GetAssemblyName(file));
        }
        var framework = typeof(LayerRegistry).Assembly;
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            if (!assembly.IsDynamic && !Scanned.Contains(assembly) && (assembly == framework
                || assembly.GetReferencedAssemblies().Any(name => name.Name == framework.GetName().Name)))
                Register(assembly);
    }

    /// <summary>A layer class, generic in the element type, and the record its constructor takes, if any.</summary>
    private sealed class Entry
    {
        private readonly bool takesOptions;

        public Entry(string name, Type layer)
        {
            var constructors = layer.GetConstructors();
            var arguments = constructors.Length == 1 ? constructors[0].GetParameters() : null;
            if (layer.GetGenericArguments().Length != 1 || arguments is not { Length: <= 1 }
                || (arguments.Length == 1 && !arguments[0].ParameterType.IsAssignableTo(typeof(LayerOptions))))
                throw new ConfigException($"layer class {layer.FullName}: cannot be registered as {name}; allowed: a class "
                    + "generic in the element type with one public constructor, without parameters or with one "
                    + $"parameter of a type derived from {nameof(LayerOptions)}");
            (Name, Layer, takesOptions) = (name, layer, arguments.Length == 1);
            Options = takesOptions ? arguments[0].ParameterType : typeof(NoOptions);
        }

        public string Name { get; }

        public Type Layer { get; }

        public Type Options { get; }

        public Layer<T> New<T>(LayerOptions options) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            (Layer<T>)Activator.CreateInstance(Layer.MakeGenericType(typeof(T)),
                BindingFlags.Public | BindingFlags.Instance | BindingFlags.DoNotWrapExceptions, null,
                takesOptions ? [options] : [], null)!;
    }
}
