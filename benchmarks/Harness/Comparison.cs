using System.Globalization;
using System.Text;

namespace NeuralFramework.Benchmarks;

/// <summary>Runs contenders in turn and sets their times side by side.</summary>
/// <param name="cases">The nets, a row each.</param>
/// <param name="contenders">The columns.</param>
/// <param name="ours">Those of the contenders that the others are compared with.</param>
public sealed class Comparison(IReadOnlyList<Case> cases, IReadOnlyList<Contender> contenders, IReadOnlyList<Contender> ours)
{
    /// <summary>Runs rounds. In each, every net is timed by every contender in turn; the next round begins with the
    /// next contender.</summary>
    /// <param name="rounds">How many.</param>
    /// <param name="prefix">Words before each command.</param>
    /// <param name="pause">How long to wait between two runs.</param>
    /// <param name="report">Told what is being run.</param>
    public void Run(int rounds, IReadOnlyList<string> prefix, TimeSpan pause, Action<string> report)
    {
        for (var round = 0; round < rounds; round++)
            foreach (var @case in cases)
                for (var i = 0; i < contenders.Count; i++)
                {
                    var contender = contenders[(i + round) % contenders.Count];
                    if (contender.Missing is not null || !contender.Takes(@case))
                        continue;
                    report($"round {round + 1} of {rounds}: {@case.Name}, {contender.Name}");
                    contender.Measure(@case, prefix);
                    Thread.Sleep(pause);
                }
    }

    /// <summary>The times, the ratios, the memory, and who is missing, as Markdown.</summary>
    public string Report()
    {
        var present = contenders.Where(contender => cases.Any(@case => contender.Of(@case).Count > 0)).ToList();
        var text = new StringBuilder();
        text.AppendLine("Milliseconds a step: median of the rounds' medians / fastest step (spread of the medians).").AppendLine()
            .AppendLine(Markdown.Table([["net", "batch", .. present.Select(contender => contender.Name), "goal"], .. cases.Select(@case => Times(@case, present))]));
        var peers = present.Except(ours).ToList();
        var mine = ours.Intersect(present).ToList();
        var pairs = mine.SelectMany(own => peers.Select(peer => (Own: own, Peer: peer))).ToList();
        text.AppendLine("How many times as long as ours: median of the ratios within each round; above 1, we are ahead.").AppendLine()
            .AppendLine(Markdown.Table([
                ["net", "batch", .. pairs.Select(pair => $"{pair.Peer.Name} ÷ {pair.Own.Name}"), .. mine.Select(own => $"{own.Name} ÷ goal")],
                .. cases.Select(@case => Ratios(@case, pairs, mine))]));
        text.AppendLine("The most memory held, in MB.").AppendLine()
            .AppendLine(Markdown.Table([["net", "batch", .. present.Select(contender => contender.Name)], .. cases.Select(@case => Memory(@case, present))]));
        foreach (var contender in contenders)
        {
            if (contender.Missing is { } reason)
                text.AppendLine($"- {contender.Name} is missing: {reason}");
            if (contender.Version is { } version)
                text.AppendLine($"- {contender.Name}: version {version}");
            if (contender.Note is { } note)
                text.AppendLine($"- {contender.Name}: {note}");
        }
        return text.ToString();
    }

    private static List<string> Times(Case @case, IEnumerable<Contender> present) =>
    [
        @case.Name, $"{@case.Batch}", .. present.Select(contender => Cell(contender.Of(@case), measured =>
        {
            var medians = measured.Select(round => round.MedianMs).ToList();
            return $"{Digits(medians.Median())} / {Digits(measured.Min(round => round.MinMs))} ({medians.Spread() * 100:0} %)";
        })), Digits(@case.GoalMs),
    ];

    private static List<string> Ratios(Case @case, IEnumerable<(Contender Own, Contender Peer)> pairs, IEnumerable<Contender> mine) =>
    [
        @case.Name, $"{@case.Batch}",
        .. pairs.Select(pair => Ratio(pair.Peer.Of(@case).Zip(pair.Own.Of(@case), (peer, own) => peer.MedianMs / own.MedianMs))),
        .. mine.Select(own => Ratio(own.Of(@case).Select(measured => measured.MedianMs / @case.GoalMs))),
    ];

    private static List<string> Memory(Case @case, IEnumerable<Contender> present) =>
    [
        @case.Name, $"{@case.Batch}", .. present.Select(contender => Cell(contender.Of(@case),
            measured => $"{measured.Max(round => round.PeakBytes) / 1e6:0}")),
    ];

    private static string Ratio(IEnumerable<double> ratios) => Cell(ratios.ToList(), values => $"{values.Median():0.00}");

    private static string Cell<T>(IReadOnlyList<T> values, Func<IReadOnlyList<T>, string> show) => values.Count == 0 ? "–" : show(values);

    private static string Digits(double milliseconds) => milliseconds.ToString(milliseconds switch
    {
        < 10 => "0.00",
        < 100 => "0.0",
        _ => "0",
    }, CultureInfo.InvariantCulture);
}
