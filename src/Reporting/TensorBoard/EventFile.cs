using System.Globalization;
using Google.Protobuf;

namespace NeuralFramework.Reporting;

/// <summary>
/// A file of events for TensorBoard, which finds it in the run's folder: numbers over iterations. Each event goes to
/// the system in one piece. Of TensorFlow's <c>event.proto</c> it has: wall_time = 1, step = 2, file_version = 3,
/// summary = 5; of <c>summary.proto</c>: value = 1 with tag = 1 and simple_value = 2.
/// </summary>
public sealed class EventFile : IDisposable
{
    private const string FileVersion = "brain.Event:2";
    private const int WallTimeField = 1;
    private const int StepField = 2;
    private const int FileVersionField = 3;
    private const int SummaryField = 5;
    private const int ValueField = 1;
    private const int TagField = 1;
    private const int SimpleValueField = 2;

    private readonly FileStream file;

    private EventFile(FileStream file) => this.file = file;

    /// <summary>Its path.</summary>
    public string FullPath => file.Name;

    /// <summary>Begins a new file in a folder, named as TensorBoard wants it.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static EventFile Begin(string folder)
    {
        var now = DateTimeOffset.UtcNow;
        var name = string.Create(CultureInfo.InvariantCulture,
            $"events.out.tfevents.{now.ToUnixTimeSeconds()}.{Environment.MachineName}.{Environment.ProcessId}");
        var path = Path.Combine(folder, name);
        try
        {
            var file = new EventFile(new FileStream(path, FileMode.Append, FileAccess.Write,
                FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));
            file.Write(output =>
            {
                output.WriteTag(FileVersionField, WireFormat.WireType.LengthDelimited);
                output.WriteString(FileVersion);
            });
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Writes numbers of an iteration.</summary>
    /// <exception cref="DataException">They cannot be written.</exception>
    public void Write(long step, IEnumerable<(string Tag, double Value)> values)
    {
        var summary = Message(output =>
        {
            foreach (var (tag, value) in values)
                WriteMessage(output, ValueField, Message(inner =>
                {
                    inner.WriteTag(TagField, WireFormat.WireType.LengthDelimited);
                    inner.WriteString(tag);
                    inner.WriteTag(SimpleValueField, WireFormat.WireType.Fixed32);
                    inner.WriteFloat((float)value);
                }));
        });
        Write(output =>
        {
            output.WriteTag(StepField, WireFormat.WireType.Varint);
            output.WriteInt64(step);
            WriteMessage(output, SummaryField, summary);
        });
    }

    /// <summary>Writes what a line of the log has.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public void Write(LogRow row)
    {
        (string Tag, double? Value)[] values =
        [
            ("train/loss", row.Loss), ("train/regularization_loss", row.RegularizationLoss),
            ("train/learning_rate", row.LearningRate), ("test/loss", row.TestLoss), ("test/accuracy", row.Accuracy),
        ];
        Write(row.Iteration, values.Where(value => value.Value is not null)
            .Select(value => (value.Tag, value.Value!.Value)));
    }

    /// <summary>Writes what the lines of a report about layers have.</summary>
    /// <exception cref="DataException">They cannot be written.</exception>
    public void Write(IReadOnlyList<LayerRow> rows)
    {
        if (rows.Count > 0)
            Write(rows[0].Iteration, rows.Where(row => row.GradientNorm is not null).SelectMany(row => new[]
            {
                ($"gradient_norm/{row.Layer}", row.GradientNorm!.Value),
                ($"update_ratio/{row.Layer}", row.UpdateRatio ?? double.NaN),
            }));
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => file.Dispose();

    private void Write(Action<CodedOutputStream> members)
    {
        var record = TfRecord.Frame(Message(output =>
        {
            output.WriteTag(WallTimeField, WireFormat.WireType.Fixed64);
            output.WriteDouble(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
            members(output);
        }));
        try
        {
            file.Write(record);
        }
        catch (IOException error)
        {
            throw new DataException($"{file.Name}: cannot be written: {error.Message}", error);
        }
    }

    private static byte[] Message(Action<CodedOutputStream> members)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            members(output);
        return bytes.ToArray();
    }

    private static void WriteMessage(CodedOutputStream output, int field, byte[] message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }
}
