using System.Numerics;
using System.Text.Json.Serialization;

namespace NeuralFramework.Solvers;

/// <summary>How a parameter moves along its gradient. In a solver file the rule's <c>type</c> and members stand flat
/// beside those of the solver.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SgdRule), "SGD")]
[JsonDerivedType(typeof(NesterovRule), "Nesterov")]
[JsonDerivedType(typeof(AdaGradRule), "AdaGrad")]
[JsonDerivedType(typeof(RmsPropRule), "RMSProp")]
[JsonDerivedType(typeof(AdaDeltaRule), "AdaDelta")]
[JsonDerivedType(typeof(AdamRule), "Adam")]
[JsonDerivedType(typeof(AdamWRule), "AdamW")]
public abstract record UpdateRule
{
    /// <summary>How many values of history the rule keeps for each weight.</summary>
    public abstract int HistoryPerWeight();

    /// <summary>Moves a range of one parameter. Ranges are updated at the same time by several threads: a rule looks at
    /// nothing outside its own.</summary>
    public abstract void Update<T>(UpdateRange<T> range, in UpdateRates rates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>What is added to the loss to keep weights small.</summary>
public enum RegularizationType
{
    /// <summary>R(W) = λ/2 · Σ w²; gradient λ·w. (The notes write λ · Σ w².)</summary>
    L2,

    /// <summary>R(W) = λ · Σ |w|; gradient λ·sign(w).</summary>
    L1,
}

/// <summary>The numbers of one update of one parameter.</summary>
/// <param name="Rate">Learning rate × lr_mult.</param>
/// <param name="GradientScale">1 / iter_size: makes a sum of gradients their mean; times what clipping leaves.</param>
/// <param name="Decay">weight_decay × decay_mult.</param>
/// <param name="Regularization">What the decay means.</param>
/// <param name="Iteration">How many updates were made before this one.</param>
public readonly record struct UpdateRates(double Rate, double GradientScale, double Decay,
    RegularizationType Regularization, long Iteration = 0);

/// <summary>A range of one parameter: its weights, their gradients, and the history that the rule keeps.</summary>
public readonly ref struct UpdateRange<T>(Parameter<T> parameter, IReadOnlyList<Blob<T>> history, int from, int to)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The weights, to be changed.</summary>
    public Span<T> Weights => parameter.Data[from..to];

    /// <summary>The gradient, summed over the parts of the iteration, without that of the regularisation.</summary>
    public ReadOnlySpan<T> Gradient => parameter.Diff[from..to];

    /// <summary>How many values of history each weight has.</summary>
    public int Histories => history.Count;

    /// <summary>The values of history number <paramref name="index"/>, 0 before the first update.</summary>
    public Span<T> History(int index) => history[index].Data[from..to];
}
