using NUnit.Framework;

namespace NeuralFramework.Tests;

[NonParallelizable]
public class WorkPoolTests
{
    private int threadsBefore;

    [SetUp]
    public void KeepThreads() => threadsBefore = WorkPool.Threads;

    [TearDown]
    public void RestoreThreads() => WorkPool.Threads = threadsBefore;

    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(10, 3)]
    [TestCase(1000, 1)]
    [TestCase(1000, 1001)]
    [TestCase(int.MaxValue, int.MaxValue)]
    public void Every_index_is_visited_once(int count, int grain)
    {
        foreach (var threads in new[] { 1, 2, 5 })
        {
            WorkPool.Threads = threads;
            var visited = new Visits();
            WorkPool.For(count, grain, ref visited);
            var ranges = visited.Ranges.OrderBy(range => range.From).ToList();
            Assert.That(ranges.Sum(range => (long)range.To - range.From), Is.EqualTo(count));
            for (var i = 1; i < ranges.Count; i++)
                Assert.That(ranges[i].From, Is.EqualTo(ranges[i - 1].To));
        }
    }

    [Test]
    public void The_borders_of_parts_do_not_depend_on_the_number_of_threads()
    {
        var borders = new[] { 1, 2, 7 }.Select(threads =>
        {
            WorkPool.Threads = threads;
            var visited = new Visits();
            WorkPool.For(1003, 17, ref visited);
            return visited.Ranges.Order().ToList();
        }).ToList();
        Assert.That(borders[1], Is.EqualTo(borders[0]));
        Assert.That(borders[2], Is.EqualTo(borders[0]));
    }

    [Test]
    public void Many_short_jobs_in_a_row_lose_nothing()
    {
        WorkPool.Threads = 4;
        for (var round = 0; round < 20_000; round++)
        {
            var sum = new Sum();
            WorkPool.For(16, 1, ref sum);
            if (sum.Total != 120)
                Assert.Fail($"round {round}: the sum of 0 to 15 is {sum.Total}");
        }
        Assert.That(WorkPool.Threads, Is.EqualTo(4));
    }

    [Test]
    public void Workers_that_fell_asleep_are_woken()
    {
        WorkPool.Threads = 3;
        for (var round = 0; round < 20; round++)
        {
            var sum = new Sum();
            WorkPool.For(16, 1, ref sum);
            Assert.That(sum.Total, Is.EqualTo(120));
            Thread.Sleep(5);
        }
    }

    [Test]
    public void An_exception_in_a_part_reaches_the_caller_and_the_pool_goes_on()
    {
        WorkPool.Threads = 2;
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            var failing = new Failing();
            WorkPool.For(100, 1, ref failing);
        })!;
        Assert.That(error.Message, Is.EqualTo("part 50"));
        var sum = new Sum();
        WorkPool.For(16, 1, ref sum);
        Assert.That(sum.Total, Is.EqualTo(120));
    }

    [Test]
    public void A_call_from_inside_a_part_runs_on_the_same_thread()
    {
        WorkPool.Threads = 2;
        var outer = new Nested();
        WorkPool.For(8, 1, ref outer);
        Assert.That(outer.Foreign.Count, Is.Zero);
        Assert.That(outer.Total.Value, Is.EqualTo(8 * 120));
    }

    [Test]
    public void Callers_on_several_threads_do_not_disturb_each_other()
    {
        WorkPool.Threads = 2;
        var wrong = 0;
        var callers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var round = 0; round < 2000; round++)
            {
                var sum = new Sum();
                WorkPool.For(16, 1, ref sum);
                if (sum.Total != 120)
                    Interlocked.Increment(ref wrong);
            }
        })).ToList();
        callers.ForEach(caller => caller.Start());
        callers.ForEach(caller => caller.Join());
        Assert.That(wrong, Is.Zero);
    }

    [Test]
    public void Threads_may_change_while_others_call()
    {
        var wrong = 0;
        var isOver = false;
        var caller = Task.Run(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                var sum = new Sum();
                WorkPool.For(16, 1, ref sum);
                if (sum.Total != 120)
                    Interlocked.Increment(ref wrong);
            }
        });
        for (var round = 0; round < 3000; round++)
            WorkPool.Threads = 1 + round % 4;
        Volatile.Write(ref isOver, true);
        caller.Wait();
        Assert.That(wrong, Is.Zero);
    }

    [Test]
    public void Work_that_lies_in_an_object_stays_in_place()
    {
        WorkPool.Threads = 2;
        for (var round = 0; round < 50; round++)
        {
            var holder = new System.Runtime.CompilerServices.StrongBox<CollectingSum>();
            WorkPool.For(16, 1, ref holder.Value);
            Assert.That(holder.Value.Total, Is.EqualTo(120));
        }
    }

    [Test]
    public void A_call_allocates_nothing()
    {
        WorkPool.Threads = 2;
        var sum = new Sum();
        WorkPool.For(16, 1, ref sum);
        Assert.That(Allocation.Of(() =>
        {
            for (var round = 0; round < 100; round++)
                WorkPool.For(16, 1, ref sum);
        }), Is.Zero);
    }

    [TestCase(0)]
    [TestCase(-1)]
    public void A_grain_below_one_is_refused(int grain) => Assert.Throws<ArgumentOutOfRangeException>(() =>
    {
        var sum = new Sum();
        WorkPool.For(16, grain, ref sum);
    });

    [Test]
    public void A_thread_that_is_alone_does_all_parts_itself()
    {
        WorkPool.Threads = 4;
        WorkPool.IsAlone = true;
        try
        {
            var work = new Inner(Environment.CurrentManagedThreadId, [], new());
            WorkPool.For(1000, 1, ref work);
            Assert.That(work.Total.Value, Is.EqualTo(499500));
            Assert.That(work.Foreign, Is.Empty);
        }
        finally
        {
            WorkPool.IsAlone = false;
        }
    }

    [TestCase(0)]
    [TestCase(1025)]
    public void A_number_of_threads_out_of_range_is_refused(int threads)
    {
        var error = Assert.Throws<ConfigException>(() => WorkPool.Threads = threads)!;
        Assert.That(error.Message, Is.EqualTo($"threads: received {threads}, allowed: 1 to 1024"));
    }

    private readonly struct Visits() : IRangeWork
    {
        public System.Collections.Concurrent.ConcurrentBag<(int From, int To)> Ranges { get; } = [];

        public void Run(int from, int to) => Ranges.Add((from, to));
    }

    private struct Sum : IRangeWork
    {
        private int total;

        public readonly int Total => total;

        public void Run(int from, int to)
        {
            for (var i = from; i < to; i++)
                Interlocked.Add(ref total, i);
        }
    }

    // Moves what is not pinned while the parts run.
    private struct CollectingSum : IRangeWork
    {
        private int total;

        public readonly int Total => total;

        public void Run(int from, int to)
        {
            if (from == 3)
                GC.Collect(0);
            for (var i = from; i < to; i++)
                Interlocked.Add(ref total, i);
        }
    }

    private readonly struct Failing : IRangeWork
    {
        public void Run(int from, int to)
        {
            if (from == 50)
                throw new InvalidOperationException($"part {from}");
        }
    }

    private readonly struct Nested() : IRangeWork
    {
        public System.Collections.Concurrent.ConcurrentBag<int> Foreign { get; } = [];

        public System.Runtime.CompilerServices.StrongBox<int> Total { get; } = new();

        public void Run(int from, int to)
        {
            var inner = new Inner(Environment.CurrentManagedThreadId, Foreign, Total);
            WorkPool.For(16, 1, ref inner);
        }
    }

    private readonly struct Inner(int thread, System.Collections.Concurrent.ConcurrentBag<int> foreign,
        System.Runtime.CompilerServices.StrongBox<int> total) : IRangeWork
    {
        public System.Collections.Concurrent.ConcurrentBag<int> Foreign => foreign;

        public System.Runtime.CompilerServices.StrongBox<int> Total => total;

        public void Run(int from, int to)
        {
            if (Environment.CurrentManagedThreadId != thread)
                foreign.Add(from);
            for (var i = from; i < to; i++)
                Interlocked.Add(ref total.Value, i);
        }
    }
}
