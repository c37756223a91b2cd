using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace NeuralFramework;

/// <summary>Holds records that a program made to the limits that a config file's are held to when they are read.</summary>
public static class ConfigLimits
{
    /// <summary>The members outside their limits, each as <c>member 'base_lr': received -1, allowed: …</c>.</summary>
    public static IEnumerable<string> Problems(object record)
    {
        foreach (var property in RecordInfo.Of(record.GetType()).Properties)
        {
            var value = property.Get?.Invoke(record);
            var values = value is IEnumerable list and not string ? list.Cast<object?>() : [value];
            foreach (var limit in ConfigReader.Limits(property))
                foreach (var item in values.Where(item => item is not null && !IsWithin(limit, item)))
                    yield return string.Create(CultureInfo.InvariantCulture, $"member '{property.Name}': received {item}, "
                        + $"allowed: {ConfigReader.Allowed(property)}");
        }
    }

    /// <summary>Throws the problems of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="owner">How messages name it.</param>
    /// <exception cref="ConfigException">There are problems; all of them are named.</exception>
    public static void Require(object record, string owner)
    {
        var problems = Problems(record).Select(problem => $"{owner}: {problem}").ToList();
        if (problems.Count > 0)
            throw new ConfigException(problems);
    }

    // NaN compares as neither below a minimum nor above a maximum.
    private static bool IsWithin(ValidationAttribute limit, object item) => item is not double.NaN && limit.IsValid(item);
}
