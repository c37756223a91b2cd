using NeuralFramework.Layers;
using NUnit.Framework;
using System.Numerics.Tensors;

namespace NeuralFramework.Tests;

/// <summary>The numbers of docs/notes/recurrence.md.</summary>
public class RecurrenceNotesTests
{
    private static readonly string Notes =
        File.ReadAllText(Path.Combine(Repository.Folder, "docs", "notes", "recurrence.md"));

    // To as many digits as the notes have. Where gradients explode, so do differences in rounding between the engines:
    // only the order is theirs in common.
    [TestCase("RNN", 1, 1.67e-17, 2.93e-10, 0.00768, 0.190)]
    [TestCase("LSTM", 1, 0.468, 0.0378, 0.00882, 0.196)]
    [TestCase("GRU", 1, 4.25e-24, 4.54e-14, 0.0011, 0.192)]
    [TestCase("RNN", 2, 3.17e12, 2.03e6, 2.42, 0.182)]
    public void Gradients_of_the_adding_problem_vanish_or_explode(string cell, double growth, double at0, double at90,
        double at181, double at199)
    {
        var config = NetConfig.Load(Path.Combine(Repository.Folder, "models", "adding_problem"));
        var net = Net<double>.FromConfig(StateGradients.WithCell(config, cell), Phase.Train);
        var recurrent = StateGradients.LayerOf(net).Parameters[1].Data;
        TensorPrimitives.Multiply(recurrent, growth, recurrent);
        var norms = StateGradients.Measure(net);
        foreach (var (t, expected) in new[] { (0, at0), (90, at90), (181, at181), (199, at199) })
            Assert.That(norms[t], Is.EqualTo(expected).Within(growth > 1 ? 50 : 0.6).Percent, $"step {t}");
    }

    [Test]
    public void The_notes_show_these_numbers()
    {
        foreach (var row in new[]
        {
            "| 0 | 1.67e-17 | 0.468 | 4.25e-24 | about 3e+12 |", "| 90 | 2.93e-10 | 0.0378 | 4.54e-14 | about 2e+06 |",
            "| 181 | 0.00768 | 0.00882 | 0.0011 | about 2.4 |", "| 199 | 0.190 | 0.196 | 0.192 | 0.182 |",
        })
            Assert.That(Notes, Does.Contain(row));
    }
}
