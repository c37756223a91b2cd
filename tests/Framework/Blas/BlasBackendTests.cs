using System.Numerics;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Every backend against a naive loop.</summary>
[NonParallelizable]
public class BlasBackendTests
{
    private static readonly int[] Extents = [1, 2, 3, 5, 7, 12, 13, 31, 33, 65, 100, 129];

    private static readonly (double Alpha, double Beta)[] Factors =
        [(1, 0), (1, 1), (0.5, 0), (-2, 0.25), (0, 2), (0, 0)];

    private static readonly string[] BackendNames = [.. BlasBackends.Names, "managed 256", "managed 128"];

    [TestCaseSource(nameof(BackendNames))]
    public void Products_in_float_are_those_of_a_naive_loop(string name) => CompareWithLoop<float>(Load(name), 2e-5);

    [TestCaseSource(nameof(BackendNames))]
    public void Products_in_double_are_those_of_a_naive_loop(string name) => CompareWithLoop<double>(Load(name), 1e-13);

    [TestCaseSource(nameof(BackendNames))]
    public void A_deep_product_is_that_of_a_naive_loop(string name)
    {
        var backend = Load(name);
        foreach (var (m, n, k) in new[]
            { (5, 7, 4500), (100, 100, 3072), (300, 520, 9), (1, 400, 1000), (400, 1, 1000) })
            new Case<double>(new Random(m), m, n, k, transA: m % 2 == 0, transB: true, 1, 1).Check(backend, 1e-13);
    }

    [TestCaseSource(nameof(BackendNames))]
    public void The_bits_do_not_depend_on_the_number_of_threads(string name)
    {
        var backend = Load(name);
        CompareThreads<float>(backend);
        CompareThreads<double>(backend);
    }

    [TestCaseSource(nameof(BackendNames))]
    public void The_bits_do_not_depend_on_where_the_matrices_lie(string name)
    {
        var backend = Load(name);
        foreach (var (m, n, k) in new[] { (1, 700, 900), (700, 1, 900), (33, 65, 129), (100, 10, 100) })
        {
            var random = new Random(1);
            var (a, b, c) = (Random(random, m * k), Random(random, n * k), Random(random, m * n));
            float[]? expected = null;
            for (var offset = 0; offset < 16; offset += 3)
            {
                var result = Shifted(c, offset);
                backend.Gemm(false, true, m, n, k, 1f, Shifted(a, offset).Span, k, Shifted(b, 15 - offset).Span, k, 1f,
                    result.Span, n);
                expected ??= result.ToArray();
                Assert.That(result.Span.SequenceEqual(expected), $"{m}×{n}×{k}, shifted by {offset}");
            }
        }
    }

    [Test]
    public void A_product_without_depth_scales_c()
    {
        foreach (var backend in BlasBackends.Names.Select(LoadOrNull).OfType<BlasBackend>())
        {
            float[] c = [1, 2, 3, 4];
            backend.Gemm(false, false, 2, 2, 0, 1f, [], 1, [], 2, 0.5f, c, 2);
            Assert.That(c, Is.EqualTo(new[] { 0.5f, 1, 1.5f, 2 }), backend.Name);
            backend.Gemm(false, false, 0, 2, 3, 1f, [], 3, new float[6], 2, 0f, c, 2);
            Assert.That(c, Is.EqualTo(new[] { 0.5f, 1, 1.5f, 2 }), backend.Name);
        }
    }

    [Test]
    public void A_span_shorter_than_its_matrix_is_refused_by_name()
    {
        var error = Assert.Throws<ShapeException>(() =>
            Blas.Gemm(false, false, 2, 3, 4, 1f, new float[8], new float[11], 0f, new float[6]))!;
        Assert.That(error.Message, Is.EqualTo("matrix product: B has 11 elements, needed: 4×3"));
        error = Assert.Throws<ShapeException>(() =>
            new ManagedBackend().Gemm(false, false, 2, 3, 4, 1f, new float[8], 3, new float[12], 3, 0f, new float[6],
                3))!;
        Assert.That(error.Message, Is.EqualTo("matrix product: A has rows of 4 elements, received 3 as the distance "
            + "between rows, allowed: 4 or more"));
    }

    [Test]
    public void A_product_allocates_nothing_once_its_buffers_are_there()
    {
        var (a, b, c) = (new float[100 * 300], new float[300 * 50], new float[100 * 50]);
        var backend = new ManagedBackend();
        Assert.That(Allocation.Of(() => backend.Gemm(false, false, 100, 50, 300, 1f, a, 300, b, 50, 0f, c, 50)), Is.Zero);
    }

    private static float[] Random(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];

    // A copy that begins so many elements after a 64-byte boundary.
    private static Memory<float> Shifted(float[] values, int offset)
    {
        var memory = GC.AllocateArray<float>(values.Length + 32, pinned: true);
        var address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);
        var start = (int)((64 - address % 64) % 64 / sizeof(float)) + offset;
        values.CopyTo(memory, start);
        return memory.AsMemory(start, values.Length);
    }

    private static void CompareThreads<T>(BlasBackend backend) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var before = WorkPool.Threads;
        try
        {
            foreach (var (m, n, k) in new[]
                { (100, 100, 3072), (100, 3072, 100), (257, 255, 65), (513, 130, 600), (1, 700, 900), (700, 1, 900) })
                foreach (var transA in new[] { false, true })
                {
                    var results = new[] { 1, 2, 3 }.Select(threads =>
                    {
                        WorkPool.Threads = threads;
                        return new Case<T>(new Random(1), m, n, k, transA, transB: !transA, 1, 0).Run(backend);
                    }).ToList();
                    var shape = $"{m}×{n}×{k}, transA {transA}, {typeof(T).Name}";
                    Assert.That(results[1].AsSpan().SequenceEqual(results[0]), $"2 threads, {shape}");
                    Assert.That(results[2].AsSpan().SequenceEqual(results[0]), $"3 threads, {shape}");
                }
        }
        finally
        {
            WorkPool.Threads = before;
        }
    }

    private static void CompareWithLoop<T>(BlasBackend backend, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Shapes are paired at random: all combinations of extents, transposes and factors would be 40,000 products.
        var random = new Random(17);
        foreach (var transA in new[] { false, true })
            foreach (var transB in new[] { false, true })
                foreach (var (alpha, beta) in Factors)
                    for (var i = 0; i < Extents.Length; i++)
                        new Case<T>(random, Extents[i], Extents[random.Next(Extents.Length)],
                            Extents[random.Next(Extents.Length)], transA, transB, alpha, beta)
                            .Check(backend, tolerance);
    }

    private static BlasBackend Load(string name)
    {
        if (name.StartsWith("managed ", StringComparison.Ordinal))
            return new ManagedBackend(int.Parse(name.Split(' ')[1]));
        var backend = LoadOrNull(name);
        if (backend is null)
            Assert.Ignore($"BLAS backend {name} is not installed on this machine");
        return backend!;
    }

    private static BlasBackend? LoadOrNull(string name) =>
        BlasBackends.Probe().First(probe => probe.Name == name).Available ? BlasBackends.Load(name) : null;

    /// <summary>One product over matrices that lie inside larger ones, with NaN around them and in a C that is only
    /// written.</summary>
    private sealed class Case<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int m, n, k, lda, ldb, ldc;
        private readonly bool transA, transB;
        private readonly T alpha, beta;
        private readonly T[] a, b, c;

        public Case(Random random, int m, int n, int k, bool transA, bool transB, double alpha, double beta)
        {
            (this.m, this.n, this.k, this.transA, this.transB) = (m, n, k, transA, transB);
            (this.alpha, this.beta) = (T.CreateChecked(alpha), T.CreateChecked(beta));
            lda = (transA ? m : k) + random.Next(4);
            ldb = (transB ? k : n) + random.Next(4);
            ldc = n + random.Next(4);
            a = Matrix(random, transA ? k : m, transA ? m : k, lda);
            b = Matrix(random, transB ? n : k, transB ? k : n, ldb);
            c = Matrix(random, m, n, ldc);
            if (beta == 0)
                Array.Fill(c, T.NaN);
        }

        public T[] Run(BlasBackend backend)
        {
            var result = (T[])c.Clone();
            if (result is float[] single)
                backend.Gemm(transA, transB, m, n, k, float.CreateChecked(alpha), (float[])(object)a, lda,
                    (float[])(object)b, ldb, float.CreateChecked(beta), single, ldc);
            else
                backend.Gemm(transA, transB, m, n, k, double.CreateChecked(alpha), (double[])(object)a, lda,
                    (double[])(object)b, ldb, double.CreateChecked(beta), (double[])(object)result, ldc);
            return result;
        }

        public void Check(BlasBackend backend, double tolerance)
        {
            var result = Run(backend);
            for (var i = 0; i < m; i++)
                for (var j = 0; j < ldc && i * ldc + j < result.Length; j++)
                {
                    var received = double.CreateChecked(result[i * ldc + j]);
                    if (j >= n)
                        Assert.That(received, Is.EqualTo(double.CreateChecked(c[i * ldc + j])), "written outside of C");
                    // Rounding grows with the depth: with √k where errors are random.
                    else if (!(Math.Abs(received - Expected(i, j)) <= tolerance * Math.Sqrt(k)))
                        Assert.Fail($"{backend.Name}: {m}×{n}×{k}, transA {transA}, transB {transB}, "
                            + $"α {alpha}, β {beta}: C[{i},{j}] is {received}, expected {Expected(i, j)}");
                }
        }

        private double Expected(int i, int j)
        {
            var sum = 0.0;
            for (var p = 0; p < k; p++)
                sum += double.CreateChecked(a[transA ? p * lda + i : i * lda + p])
                    * double.CreateChecked(b[transB ? j * ldb + p : p * ldb + j]);
            var product = double.CreateChecked(alpha) * sum;
            return T.IsZero(beta)
                ? product
                : product + double.CreateChecked(beta) * double.CreateChecked(c[i * ldc + j]);
        }

        private static T[] Matrix(Random random, int rows, int columns, int ld)
        {
            var values = new T[(rows - 1) * ld + columns];
            Array.Fill(values, T.NaN);
            for (var i = 0; i < rows; i++)
                for (var j = 0; j < columns; j++)
                    values[i * ld + j] = T.CreateChecked(random.NextDouble() * 2 - 1);
            return values;
        }
    }
}
