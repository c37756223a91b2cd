using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class PackedMatrixTests
{
    private static IEnumerable<PackedMatrix<double>> Matrices =>
        [new PackedMatrix<double, GemmKernel512<double>>(), new PackedMatrix<double, GemmKernel256<double>>(),
            new PackedMatrix<double, GemmKernel128<double>>(), PackedMatrix<double>.Create()];

    [Test]
    public void Multiply_adds_the_product_to_a_row_or_to_what_is_there([ValueSource(nameof(Matrices))] object matrix,
        [Values(1, 4, 11, 25)] int rows, [Values(1, 3, 513)] int depth, [Values(1, 9, 64, 70)] int columns,
        [Values] bool transpose, [Values] bool fromRow, [Values(0, 2)] int gap)
    {
        var packed = (PackedMatrix<double>)matrix;
        var a = Normal<double>("a", rows, depth + gap);
        var b = Normal<double>("b", depth, columns);
        var start = Normal<double>("start", columns);
        var c = Normal<double>("c", rows, columns + gap);
        var expected = c.Data.ToArray();
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
            {
                var sum = fromRow ? start.Data[j] : c.Data[i * (columns + gap) + j];
                for (var k = 0; k < depth; k++)
                    sum += a.Data[i * (depth + gap) + k] * b.Data[transpose ? j * depth + k : k * columns + j];
                expected[i * (columns + gap) + j] = sum;
            }
        packed.Pack(transpose, depth, columns, b.Data);
        packed.Multiply(rows, a.Data, depth + gap, fromRow ? start.Data : [], c.Data, columns + gap);
        // Sums of up to 513 products of size 1.
        Assert.That(c.Data.ToArray(), Is.EqualTo(expected).Within(1e-11));
    }
}
