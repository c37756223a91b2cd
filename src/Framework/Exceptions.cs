namespace NeuralFramework;

/// <summary>Base of every error that NeuralFramework reports to its user: the message names the place, what was
/// received and what is allowed.</summary>
public abstract class NeuralFrameworkException : Exception
{
    /// <summary>Creates the error.</summary>
    protected NeuralFrameworkException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}

/// <summary>A net, solver or command-line setting that cannot be used.</summary>
public sealed class ConfigException : NeuralFrameworkException
{
    /// <summary>Creates an error with one problem.</summary>
    public ConfigException(string message, Exception? inner = null) : base(message, inner) => Problems = [message];

    /// <summary>Creates an error that reports every problem of a file at once, a line each.</summary>
    public ConfigException(IReadOnlyList<string> problems) : base(string.Join(Environment.NewLine, problems)) =>
        Problems = problems;

    /// <summary>The problems, each a complete message.</summary>
    public IReadOnlyList<string> Problems { get; }
}

/// <summary>Blobs whose shapes do not fit a layer or each other.</summary>
public sealed class ShapeException : NeuralFrameworkException
{
    /// <summary>Creates the error.</summary>
    public ShapeException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}

/// <summary>A data set or weights file that is missing, damaged or holds values that are not allowed.</summary>
public sealed class DataException : NeuralFrameworkException
{
    /// <summary>Creates the error.</summary>
    public DataException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}

/// <summary>A BLAS backend that was asked for and cannot be loaded or used.</summary>
public sealed class BackendException : NeuralFrameworkException
{
    /// <summary>Creates the error.</summary>
    public BackendException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}

/// <summary>A training that ran and left the finite numbers: names layer, blob and iteration.</summary>
public sealed class DivergedException : NeuralFrameworkException
{
    /// <summary>Creates the error.</summary>
    public DivergedException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
