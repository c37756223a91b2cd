using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NeuralFramework.Benchmarks;

/// <summary>The net lstm: the rows of data and scores are those of the 32 steps, one behind the other.</summary>
internal sealed class Lstm : nn.Module<Tensor, Tensor>
{
    public const int Inputs = 128;
    public const int Classes = 64;
    private const int Steps = 32;
    private const int States = 256;

    private readonly LSTM lstm = nn.LSTM(Inputs, States);
    private readonly Linear fc = nn.Linear(States, Classes);

    public Lstm() : base(nameof(Lstm)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var (states, _, _) = lstm.call(input.view(Steps, -1, Inputs));
        return fc.call(states.view(-1, States));
    }
}
