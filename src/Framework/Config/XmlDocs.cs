using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using System.Xml.XPath;

namespace NeuralFramework;

/// <summary>The XML documentation that stands beside an assembly, as plain text: schemas and <c>nf help</c> print it, so
/// that an option is described in one place.</summary>
public static partial class XmlDocs
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Files = new();

    /// <summary>The summary of a type, property or word of an enumeration, a line a paragraph; null when there is
    /// none.</summary>
    /// <exception cref="DataException">The file is not such documentation.</exception>
    public static string? Summary(MemberInfo member) => ElementOf(member, "summary") is { } summary ? Text(summary) : null;

    /// <summary>The first paragraph of a summary; null when there is none.</summary>
    public static string? Head(MemberInfo member) => Summary(member)?.Split('\n')[0];

    /// <summary>The <c>example</c> of a type, as it stands there; null when there is none.</summary>
    public static string? Example(Type type) => ElementOf(type, "example")?.Value.Trim();

    private static XElement? ElementOf(MemberInfo member, string name)
    {
        var members = MembersOf((member as Type ?? member.DeclaringType!).Assembly);
        var documented = members.GetValueOrDefault(IdOf(member));
        // What is documented elsewhere says where.
        if (documented?.Element("inheritdoc")?.Attribute("cref")?.Value is { } elsewhere)
            documented = members.GetValueOrDefault(elsewhere);
        return documented?.Element(name);
    }

    private static string IdOf(MemberInfo member) => member switch
    {
        Type type => $"T:{NameOf(type)}",
        FieldInfo field => $"F:{NameOf(field.DeclaringType!)}.{field.Name}",
        _ => $"P:{NameOf(member.DeclaringType!)}.{member.Name}",
    };

    private static string NameOf(Type type) =>
        (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string NameOf(XElement member) => member.Attribute("name")!.Value;

    private static Dictionary<string, XElement> MembersOf(Assembly assembly) => Files.GetOrAdd(assembly, key =>
    {
        var path = Path.ChangeExtension(key.Location, ".xml");
        try
        {
            return File.Exists(path)
                ? XDocument.Load(path, LoadOptions.PreserveWhitespace).Descendants("member").ToDictionary(NameOf)
                : [];
        }
        catch (XmlException error)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}; allowed: the compiler's documentation", error);
        }
    });

    private static string Text(XElement summary) => string.Join('\n', Raw(summary).Split('\f')
        .Select(line => Spaces().Replace(line, " ").Trim()).Where(line => line.Length > 0));

    // A form feed stands for the border of a paragraph, as line ends within one mean nothing.
    private static string Raw(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "para" or "item" } element => $"\f{Content(element)}\f",
        XElement { Name.LocalName: "see", IsEmpty: true } element =>
            element.Attribute("cref") is { } target ? Referred(target.Value) : element.Attribute("langword")?.Value ?? "",
        XElement { Name.LocalName: "inheritdoc" } element => Inherited(element),
        XElement { Name.LocalName: "paramref" or "typeparamref" } element => element.Attribute("name")!.Value,
        XElement element => Content(element),
        _ => "",
    };

    private static string Content(XElement element) => string.Concat(element.Nodes().Select(Raw));

    // <inheritdoc cref="T:Base" path="/summary/para"/> within a summary takes over parts of another's.
    private static string Inherited(XElement element) => element.Attribute("path") is { } path
        && element.Document!.Descendants("member").FirstOrDefault(member => NameOf(member) == element.Attribute("cref")?.Value) is
            { } source
        ? string.Concat(source.XPathSelectElements($".{path.Value}").Select(Raw)) : "";

    // P:NeuralFramework.Data.ImageLayerOptions.CropSize is crop_size in a file; a type has its own name.
    private static string Referred(string id)
    {
        var name = id[2..].Split('(')[0].Split('.')[^1].Split('`')[0];
        return id[0] is 'P' or 'F' && id.Split('.')[^2] is { } owner && (owner.EndsWith("Options") || owner.EndsWith("Config")
            || owner.EndsWith("Rule") || owner.EndsWith("Policy") || owner.EndsWith("Filler") || id[0] == 'F')
            ? JsonNamingPolicy.SnakeCaseLower.ConvertName(name)
            : name.EndsWith("Layer") && name.Length > 5 ? name[..^5] : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
