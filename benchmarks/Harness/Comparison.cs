using System.Globalization;
using System.Text;

namespace NeuralFramework.Benchmarks;

/// <summary>Runs contenders in turn and sets their times side by side.</summary>
/// <param name="cases">The nets, a row each.</param>
/// <param name="contenders">The columns.</param>
/// <param name="ours">Those of the contenders that the others are compared with.</param>
public sealed class Comparison(IReadOnlyList<Case> cases, IReadOnlyList<Contender> contenders,
    IEnumerable<Contender> ours)
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
        var names = present.Select(contender => contender.Name).ToList();
        var mine = ours.Intersect(present).ToList();
        var pairs = mine.SelectMany(own => present.Except(mine).Select(peer => (Own: own, Peer: peer))).ToList();
        var text = new StringBuilder();
        Add("Milliseconds a step: median of the rounds' medians / fastest step (spread of the medians).",
            [.. names, "goal"],
            @case => [.. present.Select(contender => Times(contender.Of(@case))), Digits(@case.GoalMs)]);
        Add("How many times as long as ours: median of the ratios within each round; above 1, we are ahead.",
            [.. pairs.Select(pair => $"{pair.Peer.Name} ÷ {pair.Own.Name}")],
            @case => [.. pairs.Select(pair => Ratio(pair.Peer.Of(@case), pair.Own.Of(@case)))]);
        Add("The most memory held, in MB.", names,
            @case => [.. present.Select(contender => Memory(contender.Of(@case)))]);
        foreach (var contender in contenders)
            text.AppendJoin("", contender.Remarks().Select(remark => $"- {contender.Name}: {remark}\n"));
        return text.ToString().TrimEnd();

        void Add(string title, IEnumerable<string> columns, Func<Case, IEnumerable<string>> row)
        {
            List<IReadOnlyList<string>> rows = [["net", "batch", .. columns]];
            rows.AddRange(cases.Select(@case => (string[])[@case.Name, $"{@case.Batch}", .. row(@case)]));
            text.AppendLine(title).AppendLine().AppendLine(Markdown.Table(rows));
        }
    }

    private static string Times(IReadOnlyList<Measurement> measured)
    {
        var medians = measured.Select(round => round.MedianMs).ToList();
        if (medians.Count == 0)
            return Markdown.Nothing;
        var fastest = measured.Min(round => round.MinMs);
        return $"{Digits(medians.Median())} / {Digits(fastest)} ({medians.Spread() * 100:0} %)";
    }

    private static string Ratio(IReadOnlyList<Measurement> peer, IReadOnlyList<Measurement> own)
    {
        var ratios = peer.Zip(own, (theirs, mine) => theirs.MedianMs / mine.MedianMs).ToList();
        return ratios.Count == 0 ? Markdown.Nothing : ratios.Median().ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static string Memory(IReadOnlyList<Measurement> measured) =>
        measured.Count == 0 ? Markdown.Nothing : $"{measured.Max(round => round.PeakBytes) / 1e6:0}";

    private static string Digits(double milliseconds) => milliseconds.ToString(milliseconds switch
    {
        < 10 => "0.00",
        < 100 => "0.0",
        _ => "0",
    }, CultureInfo.InvariantCulture);
}
