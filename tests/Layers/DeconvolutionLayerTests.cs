using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class DeconvolutionLayerTests
{
    private static LayerRun<double> Example(int stride)
    {
        var run = new LayerRun<double>(new DeconvolutionLayer<double>(
            new() { NumOutput = 1, KernelSize = 2, Stride = stride }), Blob("x", [1, 1, 2, 2], 1, 2, 3, 4));
        run.Layer.Parameters[0].Set([1, 10, 100, 1000]);
        run.Layer.Parameters[1].Set([5]);
        return run;
    }

    [Test]
    public void Forward_lays_the_kernel_times_each_value_on_the_top()
    {
        var run = Example(stride: 2);
        Assert.That(run.Forward(), Is.EqualTo(new double[]
            { 6, 15, 7, 25, 105, 1005, 205, 2005, 8, 35, 9, 45, 305, 3005, 405, 4005 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(1, 1, 4, 4)));
    }

    [Test]
    public void What_meets_is_added()
    {
        var run = Example(stride: 1);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 6, 17, 25, 108, 1239, 2045, 305, 3405, 4005 }));
    }

    // The gradient of x is what the kernel sees; that of its first weight is 1·1 + 2·2 + 3·4 + 4·5.
    [Test]
    public void Backward_gives_the_gradients_of_image_weights_and_bias()
    {
        var run = Example(stride: 1);
        run.Forward();
        Assert.That(run.Backward(1, 2, 3, 4, 5, 6, 7, 8, 9), Is.EqualTo(new double[] { 5421, 6532, 8754, 9865 }));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 37, 47, 67, 77 }));
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 45 }));
    }

    [TestCase(1, 1, 1, 1, 0, 1, 1, 1, 1)]
    [TestCase(3, 1, 1, 1, 0, 1, 2, 4, 4)]
    [TestCase(3, 2, 3, 2, 1, 1, 2, 3, 4)]
    [TestCase(18, 2, 2, 3, 1, 1, 1, 2, 3)]
    [TestCase(2, 2, 3, 2, 1, 2, 3, 3, 2)]
    public void Gradients_are_those_of_differences(int images, int channels, int kernel, int stride, int pad,
        int dilation, int group, int height, int width) => AssertGradients(new DeconvolutionLayer<double>(new()
        {
            NumOutput = 2 * group,
            KernelSize = kernel,
            Stride = stride,
            Pad = pad,
            Dilation = dilation,
            Group = group,
        }), Normal<double>("x", images, channels * group, height, width));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new DeconvolutionLayer<float>(new() { NumOutput = 24, KernelSize = 3, Stride = 2 }),
        Normal<float>("x", 37, 20, 7, 6));

    [Test]
    public void A_pad_that_leaves_nothing_of_the_top_is_an_error()
    {
        var layer = new DeconvolutionLayer<double>(new() { NumOutput = 2, KernelSize = 2, Pad = [0, 2] });
        Assert.That(() => new LayerRun<double>(layer, Normal<double>("x", 1, 1, 3, 3)),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (Deconvolution): received the bottom "
                + "x (1×1×3×3), a width of 3 and so of 0 in the top, allowed: 1 or more"));
    }

    [Test]
    public void Channels_that_the_group_does_not_divide_are_an_error()
    {
        var layer = new DeconvolutionLayer<double>(new() { NumOutput = 4, KernelSize = 1, Group = 2 });
        Assert.That(() => new LayerRun<double>(layer, Normal<double>("x", 1, 3, 2, 2)),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (Deconvolution): received the bottom "
                + "x (1×3×2×2), 3 channels, allowed: a multiple of the group 2"));
    }
}
