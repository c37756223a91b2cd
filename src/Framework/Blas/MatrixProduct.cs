using System.Numerics;

namespace NeuralFramework;

/// <summary>
/// One call of the matrix product, C ← α·op(A)·op(B) + β·C, checked and pinned: op(A) is m×k, op(B) k×n, C m×n, all at
/// least one element large, α not 0. Matrices are row-major; <c>ld</c> is the distance in elements between two rows.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly unsafe struct MatrixProduct<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether A is stored as k×m and transposed in the product.</summary>
    public required bool TransA { get; init; }

    /// <summary>Whether B is stored as n×k and transposed in the product.</summary>
    public required bool TransB { get; init; }

    /// <summary>Rows of op(A) and C.</summary>
    public required int M { get; init; }

    /// <summary>Columns of op(B) and C.</summary>
    public required int N { get; init; }

    /// <summary>Columns of op(A), rows of op(B).</summary>
    public required int K { get; init; }

    /// <summary>α.</summary>
    public required T Alpha { get; init; }

    /// <summary>The first element of A.</summary>
    public required T* A { get; init; }

    /// <summary>The distance between two rows of A as stored.</summary>
    public required int Lda { get; init; }

    /// <summary>The first element of B.</summary>
    public required T* B { get; init; }

    /// <summary>The distance between two rows of B as stored.</summary>
    public required int Ldb { get; init; }

    /// <summary>β. When it is 0, C is written and not read.</summary>
    public required T Beta { get; init; }

    /// <summary>The first element of C.</summary>
    public required T* C { get; init; }

    /// <summary>The distance between two rows of C.</summary>
    public required int Ldc { get; init; }

    /// <summary>The product that makes only the block of C that starts at a row and column.</summary>
    public MatrixProduct<T> Block(int row, int column, int rows, int columns) => this with
    {
        M = rows,
        N = columns,
        A = A + (TransA ? row : (long)row * Lda),
        B = B + (TransB ? (long)column * Ldb : column),
        C = C + (long)row * Ldc + column,
    };
}
