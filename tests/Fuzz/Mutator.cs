using System.Text;
using System.Text.Json.Nodes;

namespace NeuralFramework.Tests;

/// <summary>Changes files at random, each time by a few small steps of the kinds that damage and mistakes make. The
/// same number gives the same changes.</summary>
internal sealed class Mutator(int number)
{
    // Stands for half of a pair of UTF-16, which no JSON node can hold.
    private const string HalfOfAPair = "half of a pair";

    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "2", "3", "7", "255", "65536", "1000000", "2000000000", "2147483647", "2147483648",
        "-2147483648",
        "9223372036854775807", "1e9", "1e308", "1e999", "-1e308", "0.5", "1e-320", "NaN", "Infinity", "0x10", "1.",
    ];

    private static readonly string[] Values =
    [
        .. Numbers, "null", "true", "\"\"", "\"data\"", "\"ReLU\"", "\"train\"", "[]", "{}", "[1]", "[0, -1]",
        "[2, 2147483647]", "[46341, 46341]", "[[1]]", "[null]", "{ \"type\": \"constant\" }", "\"\\u0000\"",
        $"\"{HalfOfAPair}\"", "[1, 1, 1, 1, 1, 1, 1, 1, 1]",
    ];

    private readonly Random random = new(number);

    /// <summary>Changes bytes: flips, cuts, repeats, swaps, and puts extreme numbers where numbers stand.</summary>
    public byte[] Bytes(byte[] original)
    {
        var bytes = new List<byte>(original);
        for (var steps = 1 + random.Next(4); steps > 0 && bytes.Count > 0; steps--)
        {
            var at = Place(bytes.Count);
            var length = Math.Min(bytes.Count - at, 1 + random.Next(random.Next(2) == 0 ? 4 : 64));
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, bytes.GetRange(Place(bytes.Count - length + 1), length));
                    break;
                case 6:
                    for (var i = at; i < at + length; i++)
                        bytes[i] = (byte)(random.Next(2) == 0 ? 0xFF : 0);
                    break;
                default:
                    ReplaceNumber(bytes, at);
                    break;
            }
        }
        return [.. bytes];
    }

    /// <summary>As <see cref="Bytes"/>, but leaves every tenth file as it is.</summary>
    public byte[] Whole(byte[] original) => random.Next(10) == 0 ? original : Bytes(original);

    /// <summary>Changes the structure of a JSON text: members and elements are removed, repeated, swapped, renamed, and
    /// get other values.</summary>
    public byte[] Json(byte[] original)
    {
        var root = JsonNode.Parse(original, documentOptions: new()
        {
            AllowTrailingCommas = true, CommentHandling = System.Text.Json.JsonCommentHandling.Skip,
        })!;
        for (var steps = 1 + random.Next(3); steps > 0; steps--)
        {
            var nodes = Containers(root).ToList();
            var chosen = nodes[random.Next(nodes.Count)];
            if (chosen is JsonObject { Count: > 0 } members)
                ChangeMember(members, nodes);
            else if (chosen is JsonArray { Count: > 0 } items)
                ChangeElement(items);
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace(HalfOfAPair, "\\ud800"));
    }

    /// <summary>Changes bytes, or structure, whichever falls out.</summary>
    public byte[] BytesOrJson(byte[] original) => random.Next(6) == 0 ? Bytes(original) : Json(original);

    /// <summary>One of several originals.</summary>
    public TItem Choose<TItem>(IReadOnlyList<TItem> items) => items[random.Next(items.Count)];

    // Headers stand at the beginning and matter most.
    private int Place(int count) => random.Next(3) == 0 ? random.Next(Math.Min(count, 64)) : random.Next(count);

    private void ReplaceNumber(List<byte> bytes, int at)
    {
        var from = bytes.FindIndex(at, letter => letter is >= (byte)'0' and <= (byte)'9');
        if (from < 0)
            return;
        var to = bytes.FindIndex(from, letter => letter is not (>= (byte)'0' and <= (byte)'9'));
        bytes.RemoveRange(from, (to < 0 ? bytes.Count : to) - from);
        bytes.InsertRange(from, Encoding.UTF8.GetBytes(Numbers[random.Next(Numbers.Length)]));
    }

    private void ChangeMember(JsonObject members, List<JsonNode> nodes)
    {
        var (name, value) = members.ElementAt(random.Next(members.Count));
        switch (random.Next(5))
        {
            case 0:
                members.Remove(name);
                break;
            case 1:
                members.Remove(name);
                members[name[..random.Next(name.Length + 1)] + "x"] = value;
                break;
            case 2 when Choose(nodes.OfType<JsonObject>().ToList()) is { Count: > 0 } other:
                members[name] = other.ElementAt(random.Next(other.Count)).Value?.DeepClone();
                break;
            case 3 when Choose(nodes.OfType<JsonObject>().ToList()) is { Count: > 0 } other:
                var (otherName, otherValue) = other.ElementAt(random.Next(other.Count));
                members[otherName] = otherValue?.DeepClone();
                break;
            default:
                members[name] = Value();
                break;
        }
    }

    private void ChangeElement(JsonArray items)
    {
        var at = random.Next(items.Count);
        switch (random.Next(4))
        {
            case 0:
                items.RemoveAt(at);
                break;
            case 1:
                items.Insert(random.Next(items.Count + 1), items[at]?.DeepClone());
                break;
            case 2:
                var moved = items[at];
                items.RemoveAt(at);
                items.Insert(random.Next(items.Count + 1), moved);
                break;
            default:
                items[at] = Value();
                break;
        }
    }

    // What is no JSON, such as NaN, is meant as text here.
    private JsonNode? Value()
    {
        var text = Values[random.Next(Values.Length)];
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return text;
        }
    }

    private static IEnumerable<JsonNode> Containers(JsonNode node) => node switch
    {
        JsonObject members => members.Select(member => member.Value).OfType<JsonNode>().SelectMany(Containers)
            .Prepend(node),
        JsonArray items => items.OfType<JsonNode>().SelectMany(Containers).Prepend(node),
        _ => [],
    };
}
