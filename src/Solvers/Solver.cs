using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Solvers;

/// <summary>
/// Trains a net: forward, backward, update, and at intervals a test on held-out data, a report and a snapshot. The
/// source is Caffe's <c>Solver</c>.
/// </summary>
/// <typeparam name="T">float to train; double where rounding matters.</typeparam>
public sealed class Solver<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Updater<T> updater;
    private readonly TestWatch watch;
    private readonly LossWindow losses = new();
    private LayerMeter<T>? layerMeter;

    private Solver(SolverConfig config, Net<T> net, IReadOnlyList<Net<T>> testNets)
    {
        if (!net.HasLoss)
            throw new ConfigException($"{net.Config.Source}: net '{net.Config.Name}': received no loss in the phase train, "
                + "allowed: a loss layer such as SoftmaxLoss, or a layer with a loss_weight");
        (Config, Net, TestNets) = (config, net, testNets);
        updater = new Updater<T>(config, net.Parameters);
        watch = new TestWatch(config, testNets.Any(test => test.Layers.Any(layer => layer.Type == "Accuracy")));
    }

    /// <summary>The definition.</summary>
    public SolverConfig Config { get; }

    /// <summary>The net that learns.</summary>
    public Net<T> Net { get; }

    /// <summary>Nets built for the phase test that read the weights of <see cref="Net"/>; none where the net file has
    /// no layer for that phase and no <c>test_interval</c> is given.</summary>
    public IReadOnlyList<Net<T>> TestNets { get; }

    /// <summary>How many updates were made.</summary>
    public long Iteration { get; private set; }

    /// <summary>The mean loss of the data over the iterations of the newest report.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>The newest test.</summary>
    public TestResult? LastTest { get; private set; }

    /// <summary>Whether <c>early_stopping</c> has ended the training.</summary>
    public bool HasStoppedEarly => watch.IsStopped;

    /// <summary>The learning rate of the next update.</summary>
    public double LearningRate => watch.Schedule.Rate(Iteration);

    /// <summary>The time spent in updates since the start, tests left out.</summary>
    public TimeSpan StepTime { get; private set; }

    /// <summary>How many samples an iteration reads; null where the data has no count.</summary>
    public long? SamplesPerIteration =>
        Net.Layers.OfType<IDataCursor>().FirstOrDefault() is { } cursor ? (long)cursor.BatchSize * Config.IterSize : null;

    /// <summary>Where <see cref="Train"/> puts its snapshots; null: nowhere.</summary>
    public string? SnapshotFolder { get; set; }

    /// <summary>Whether the iteration of each report is measured layer by layer, for
    /// <see cref="TrainingReport.Layers"/>. The training comes to the same bits either way.</summary>
    public bool MeasuresLayers { get; set; }

    /// <summary>Raised every <see cref="SolverConfig.Display"/> iterations and after the last.</summary>
    public event Action<TrainingReport>? Reported;

    /// <summary>Raised after each update, for progress.</summary>
    public event Action<long>? Stepped;

    /// <summary>Raised after each batch of a test, with the net, which still holds what it made of it.</summary>
    public event Action<Net<T>>? TestedBatch;

    /// <summary>Raised after each test.</summary>
    public event Action<TestResult>? Tested;

    /// <summary>Raised after each snapshot, with its path.</summary>
    public event Action<string>? SnapshotTaken;

    /// <summary>Builds a solver and its nets from a solver file or a model's folder.</summary>
    /// <exception cref="ConfigException">A file has problems; all of them are named.</exception>
    /// <exception cref="ShapeException">Shapes do not fit.</exception>
    public static Solver<T> Load(string path)
    {
        var config = SolverConfig.Load(path);
        return FromConfig(config, NetConfig.Load(config.NetPath));
    }

    /// <summary>Builds a solver and its nets from definitions.</summary>
    /// <exception cref="ConfigException">The net has no loss, or problems.</exception>
    /// <exception cref="ShapeException">Shapes do not fit.</exception>
    public static Solver<T> FromConfig(SolverConfig config, NetConfig net)
    {
        SolverChecks.Require(config, net);
        var trained = Net<T>.FromConfig(net, Phase.Train, config.RandomSeed);
        var wantsTest = config.TestInterval is { } interval
            ? interval > 0
            : net.Layers.Any(layer => layer.Phase?.Contains(Phase.Test) == true);
        if (!wantsTest)
            return new Solver<T>(config, trained, []);
        var test = Net<T>.FromConfig(net, Phase.Test, config.RandomSeed);
        WeightsMetadata.RequireSame(trained, test);
        test.ShareWeights(trained);
        return new Solver<T>(config, trained, [test]);
    }

    /// <summary>Makes <paramref name="count"/> updates and returns the loss of the last one's data.</summary>
    /// <exception cref="DivergedException">A value is not finite; names layer, blob and iteration.</exception>
    public double Step(int count)
    {
        var loss = double.NaN;
        for (var i = 0; i < count; i++)
            loss = StepOnce();
        return loss;
    }

    /// <summary>Makes updates up to <c>max_iter</c>, or until <c>early_stopping</c> ends it, with tests, reports and
    /// snapshots at their intervals, and a test and a snapshot at the end.</summary>
    /// <param name="cancellation">Ends the training after the update under way.</param>
    /// <returns>Whether the end was reached, its test included.</returns>
    /// <exception cref="DivergedException">A value is not finite; names layer, blob and iteration.</exception>
    /// <exception cref="DataException">A snapshot cannot be written.</exception>
    public bool Train(CancellationToken cancellation = default)
    {
        while (!IsAtEnd && !cancellation.IsCancellationRequested)
        {
            StepOnce();
            if (IsDue(Config.TestInterval ?? 0) && !IsAtEnd)
                TestAndWatch(cancellation);
            if (IsDue(Config.Snapshot) && !IsAtEnd)
                SnapshotToFolder();
        }
        RequireFinite();
        // Before the snapshot, which holds what the tests have decided.
        if (LastTest?.Iteration != Iteration)
            TestAndWatch(cancellation);
        SnapshotToFolder();
        return IsAtEnd && !cancellation.IsCancellationRequested;
    }

    /// <summary>Runs every test net over its data.</summary>
    /// <param name="cancellation">Breaks the test off between two batches, without a result.</param>
    public void Test(CancellationToken cancellation = default)
    {
        foreach (var net in TestNets)
        {
            try
            {
                LastTest = WithAverage(() => TestPass.Run(net, Config.TestIter, Iteration, cancellation,
                    TestedBatch));
            }
            catch (OperationCanceledException)
            {
                // The training goes on to save; a test that was broken off has no result.
                return;
            }
            Tested?.Invoke(LastTest);
        }
    }

    /// <summary>R(W) of the weights as they are: Σ over the parameters of weight_decay · decay_mult · ½‖w‖² (L2) or
    /// ‖w‖₁ (L1).</summary>
    public double RegularizationLoss()
    {
        var sum = 0.0;
        foreach (var parameter in Net.Parameters.Where(parameter => parameter.NeedsGradient))
            sum += Config.WeightDecay * parameter.DecayMult * (Config.RegularizationType == RegularizationType.L1
                ? double.CreateTruncating(TensorPrimitives.SumOfMagnitudes<T>(parameter.Data))
                : 0.5 * double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(parameter.Data)));
        return sum;
    }

    /// <summary>Writes weights, history, iteration and data position to one safetensors file, whole or not at
    /// all.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public void Snapshot(string path)
    {
        RequireFinite();
        State.Save(path);
        SnapshotTaken?.Invoke(path);
    }

    /// <summary>SHA-256 of the weights that tests and <c>param/</c> in snapshots have: with <c>ema_decay</c> the
    /// average, else those of <see cref="Net"/>.</summary>
    public string WeightsHash() => WithAverage(Net.WeightsHash);

    /// <summary>Reads a snapshot: the training continues to the same bits as one that was never stopped.</summary>
    /// <param name="path">The snapshot.</param>
    /// <param name="allowChanges">Whether the configuration may have changed since. The rule's type and the shapes of
    /// the weights must be the same even so.</param>
    /// <returns>What has changed in the configuration, a line a member.</returns>
    /// <exception cref="DataException">It is missing or damaged, or does not fit the net; nothing is changed
    /// then.</exception>
    /// <exception cref="ConfigException">It was made with another configuration; the message says what
    /// changed.</exception>
    public IReadOnlyList<string> Restore(string path, bool allowChanges = false)
    {
        (Iteration, var changes) = State.Restore(path, allowChanges);
        (Loss, LastTest) = (double.NaN, null);
        return changes;
    }

    private SolverState<T> State => new(this, updater, watch, losses);

    /// <summary>Whether there is nothing left to train: <c>max_iter</c> is reached, or the training has stopped
    /// early.</summary>
    public bool IsAtEnd => Iteration >= Config.MaxIter || HasStoppedEarly;

    /// <summary>Runs something while the parameters hold their average, if there is one.</summary>
    internal TResult WithAverage<TResult>(Func<TResult> action) =>
        // Before the first update there is nothing to average; weights may have been loaded since the solver was made.
        updater.Average is { } average && Iteration > 0 ? average.During(action) : action();

    private void TestAndWatch(CancellationToken cancellation)
    {
        Test(cancellation);
        if (LastTest is { } test && test.Iteration == Iteration && watch.Observe(test) && Config.KeepBest
            && SnapshotFolder is not null)
            Snapshot(Path.Combine(SnapshotFolder, SnapshotFiles.BestName));
    }

    private bool IsDue(int interval) => interval > 0 && Iteration % interval == 0;

    private double StepOnce()
    {
        var start = Stopwatch.GetTimestamp();
        var isReported = (Iteration + 1) % Config.Display == 0 || Iteration + 1 == Config.MaxIter;
        var regularization = isReported ? RegularizationLoss() : 0;
        var meter = isReported && MeasuresLayers ? layerMeter ??= new LayerMeter<T>(Net) : null;
        meter?.Begin();
        Net.ClearGradients();
        var loss = 0.0;
        for (var part = 0; part < Config.IterSize; part++)
        {
            Net.Context.Iteration = Iteration * Config.IterSize + part;
            loss += double.CreateTruncating(meter is null ? Net.Forward() : meter.Forward()) / Config.IterSize;
            if (!double.IsFinite(loss))
                throw Diverged($"{Net.FindNonFinite() ?? "every blob is finite"}; the loss is {loss}");
            if (meter is null)
                Net.Backward();
            else
                meter.Backward();
            // Before the update, which would leave no finite weights to look at.
            if (Net.FindNonFiniteGradient() is { } place)
                throw Diverged($"{place}; the loss is {loss}");
        }
        var rate = LearningRate;
        updater.Apply(rate, Iteration, meter);
        Iteration++;
        losses.Add(loss);
        StepTime += Stopwatch.GetElapsedTime(start);
        if (isReported)
            Report(rate, regularization, meter);
        Stepped?.Invoke(Iteration);
        return loss;
    }

    /// <summary>Moves the parameters by the gradients that backward passes have summed, without counting an
    /// iteration.</summary>
    public void ApplyUpdate() => updater.Apply(LearningRate, Iteration, meter: null);

    private void Report(double rate, double regularization, LayerMeter<T>? meter)
    {
        Loss = losses.Mean;
        // A report because of the end leaves the losses to a training that goes on from there.
        if (IsDue(Config.Display))
            losses.Clear();
        Reported?.Invoke(new TrainingReport(Iteration, Loss, regularization, rate)
        {
            Layers = meter?.Measurements() ?? [],
        });
    }

    private void SnapshotToFolder()
    {
        if (SnapshotFolder is null)
            return;
        Snapshot(Path.Combine(SnapshotFolder, SnapshotFiles.NameFor(Iteration)));
        if (Config.KeepLast > 0)
            SnapshotFiles.RemoveBefore(SnapshotFolder, Iteration, Config.KeepLast - 1);
    }

    private void RequireFinite()
    {
        if (Net.FindNonFinite() is { } place)
            throw Diverged(place);
    }

    private DivergedException Diverged(string place) => new($"the training diverged at iteration {Iteration}: {place}; "
        + $"try a smaller base_lr (it was {Config.BaseLr})");
}
