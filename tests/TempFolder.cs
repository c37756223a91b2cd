using System.Text;

namespace NeuralFramework.Tests;

/// <summary>A temporary folder, removed with all that is in it.</summary>
internal class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("nf-test-").FullName;

    public virtual void Dispose() => Directory.Delete(Path, recursive: true);

    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = In(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
