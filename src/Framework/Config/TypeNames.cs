using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework;

/// <summary>Names, for messages, what values a member of a config file may have.</summary>
internal static class TypeNames
{
    public static string Allowed(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (OneOrMany.Is(type))
            return $"{Allowed(type.GetGenericArguments()[0])}, or a list of such";
        if (Words(type) is { Count: > 0 } words)
            return string.Join(", ", words);
        if (type == typeof(Shape))
            return "a list of extents, each a whole number of 0 or more";
        if (type == typeof(int) || type == typeof(long))
            return "a whole number";
        if (type == typeof(float) || type == typeof(double))
            return "a number";
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(string))
            return "text";
        if (type == typeof(JsonArray))
            return "a list";
        // A type with a converter of its own says in words what it reads.
        if (type.GetCustomAttribute<DescriptionAttribute>() is { } description)
            return description.Description;
        var element = type.IsArray ? type.GetElementType() : type.GetGenericArguments().FirstOrDefault();
        if (element is not null)
            return $"a list, each element {Allowed(element)}";
        return $"an object with the members {string.Join(", ", MembersOf(type))}";
    }

    /// <summary>The words of an enumeration as config files write them; none for other types.</summary>
    public static IReadOnlyList<string> Words(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (OneOrMany.Is(type))
            return Words(type.GetGenericArguments()[0]);
        return type.IsEnum ? [.. Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)] : [];
    }

    /// <summary>A limit in words: <c>1 or more</c>, <c>above 0 and at most 1</c>.</summary>
    public static string Limit(ValidationAttribute attribute)
    {
        if (attribute is not RangeAttribute range)
            return attribute.FormatErrorMessage("the value");
        var min = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var max = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        var lower = range.MinimumIsExclusive ? $"above {range.Minimum}" : $"{range.Minimum} or more";
        var upper = range.MaximumIsExclusive ? $"below {range.Maximum}" : $"at most {range.Maximum}";
        var hasLower = min > double.MinValue && min > int.MinValue;
        var hasUpper = max < int.MaxValue;
        return hasLower && hasUpper ? $"{lower} and {upper}" : hasUpper ? upper : lower;
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        var info = RecordInfo.Of(type);
        return info.Discriminator is { } discriminator
            ? [$"{discriminator} ({string.Join(", ", info.DerivedTypes.Keys)}) and those of that {discriminator}"]
            : info.Members;
    }
}
