using CsvHelper;

namespace NeuralFramework.Reporting;

/// <summary>A line of <c>log.csv</c>: a report of the training loss, or a test. What does not apply is empty.</summary>
[CsvRecord]
public sealed partial record LogRow
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "log.csv";

    /// <summary>How many updates were made.</summary>
    [CsvColumn("iteration")]
    public long Iteration { get; init; }

    /// <summary>The time since the beginning of the run, tests included, pauses before a resumption left out.</summary>
    [CsvColumn("seconds")]
    public double Seconds { get; init; }

    /// <summary>The rate of the last update.</summary>
    [CsvColumn("learning_rate")]
    public double? LearningRate { get; init; }

    /// <summary>The mean loss of the data since the last report.</summary>
    [CsvColumn("loss")]
    public double? Loss { get; init; }

    /// <summary>R(W) before the last update.</summary>
    [CsvColumn("regularization_loss")]
    public double? RegularizationLoss { get; init; }

    /// <summary>The mean loss of the test data.</summary>
    [CsvColumn("test_loss")]
    public double? TestLoss { get; init; }

    /// <summary>The accuracy on the test data, 0 to 1.</summary>
    [CsvColumn("accuracy")]
    public double? Accuracy { get; init; }

    /// <summary>Whether the line is a test, not a report of the training.</summary>
    public bool IsTest => Loss is null;
}
