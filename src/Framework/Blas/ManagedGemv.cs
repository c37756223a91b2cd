using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework;

/// <summary>
/// The matrix product in which C is one row or one column: y ← α·op(M)·x + β·y. Every element of M is used once, so
/// that nothing is packed but x.
/// </summary>
internal static unsafe class ManagedGemv<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Does the product, whose M or N is 1.</summary>
    public static void Multiply(in MatrixProduct<T> product)
    {
        var work = product.M == 1
            ? new Work(product.B, product.Ldb, isAlong: product.TransB, product.N, product.C, 1, product)
            : new Work(product.A, product.Lda, isAlong: !product.TransA, product.M, product.C, product.Ldc, product);
        work.Load(product.M == 1 ? product.A : product.B, product.M == 1
            ? product.TransA ? product.Lda : 1
            : product.TransB ? 1 : product.Ldb);
        WorkPool.For(work.Count, 1, ref work);
    }

    /// <summary>Computes a part of y. In M, the lines of one element of y each lie along the depth or across
    /// it.</summary>
    private readonly struct Work : IRangeWork
    {
        // Of y, as many elements as make this much work, but no more than stay in the first level cache.
        private const int ElementsOfItem = 1 << 15;
        private const int MaxLines = 1024;
        private const int MinLines = 16;

        private readonly T* matrix;
        private readonly int ld;
        private readonly bool isAlong;
        private readonly int lines;
        private readonly int linesOfItem;
        private readonly T* y;
        private readonly int yStep;
        private readonly T* x;
        private readonly int depth;
        private readonly T alpha;
        private readonly T beta;

        public Work(T* matrix, int ld, bool isAlong, int lines, T* y, int yStep, in MatrixProduct<T> product)
        {
            this.matrix = matrix;
            this.ld = ld;
            this.isAlong = isAlong;
            this.lines = lines;
            this.y = y;
            this.yStep = yStep;
            (depth, alpha, beta) = (product.K, product.Alpha, product.Beta);
            linesOfItem = Math.Clamp(ElementsOfItem / depth, MinLines, MaxLines);
            x = PackingBuffer<T>.Take(depth);
        }

        public int Count => (lines + linesOfItem - 1) / linesOfItem;

        /// <summary>Copies x, so that its elements lie side by side.</summary>
        public void Load(T* source, int step)
        {
            for (var p = 0; p < depth; p++)
                x[p] = source[(long)p * step];
        }

        public void Run(int from, int to)
        {
            var sums = stackalloc T[MaxLines];
            for (var item = from; item < to; item++)
            {
                var start = item * linesOfItem;
                var count = Math.Min(linesOfItem, lines - start);
                if (isAlong)
                    SumAlong(start, count, sums);
                else
                    SumAcross(start, count, sums);
                for (var i = 0; i < count; i++)
                {
                    var target = y + (long)(start + i) * yStep;
                    *target = beta == T.Zero ? alpha * sums[i] : alpha * sums[i] + beta * *target;
                }
            }
        }

        private void SumAlong(int start, int count, T* sums)
        {
            var factors = new ReadOnlySpan<T>(x, depth);
            for (var i = 0; i < count; i++)
                sums[i] = TensorPrimitives.Dot(new ReadOnlySpan<T>(matrix + (long)(start + i) * ld, depth), factors);
        }

        private void SumAcross(int start, int count, T* sums)
        {
            var total = new Span<T>(sums, count);
            total.Clear();
            for (var p = 0; p < depth; p++)
            {
                var line = new ReadOnlySpan<T>(matrix + (long)p * ld + start, count);
                TensorPrimitives.MultiplyAdd(line, x[p], total, total);
            }
        }
    }
}
