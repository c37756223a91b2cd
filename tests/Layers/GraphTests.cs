using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class GraphTests
{
    [Test]
    public void The_circuit_of_the_notes_runs_forward_and_backward()
    {
        var g = new Graph<double>();
        var (x, y, z) = (g.Input("x", -2), g.Input("y", 5), g.Input("z", -4));
        var q = x + y;
        var f = q * z;
        g.Backward(f);
        Assert.That((q.Value, f.Value), Is.EqualTo((3, -12)));
        Assert.That((x.Gradient, y.Gradient, z.Gradient, q.Gradient, f.Gradient), Is.EqualTo((-4, -4, 3, -4, 1)));
        Assert.That(f.ToString(), Is.EqualTo("Multiply1 = -12, gradient 1"));
    }

    [Test]
    public void A_node_shows_its_local_gradients_and_leaves_the_others_alone()
    {
        var g = new Graph<double>();
        var (x, y, z) = (g.Input("x", -2), g.Input("y", 5), g.Input("z", -4));
        var f = (x + y) * z;
        g.Backward(f);
        Assert.That(f.LocalGradient(0), Is.EqualTo(new double[] { -4 }), "∂(q·z)/∂q = z");
        Assert.That(f.LocalGradient(1), Is.EqualTo(new double[] { 3 }), "∂(q·z)/∂z = q");
        Assert.That(f.Inputs[0].LocalGradient(0), Is.EqualTo(new double[] { 1 }));
        Assert.That((x.Gradient, y.Gradient, z.Gradient), Is.EqualTo((-4, -4, 3)));
    }

    [Test]
    public void Where_a_node_branches_gradients_are_summed()
    {
        var g = new Graph<double>();
        var x = g.Input("x", 3);
        g.Backward(x * x + x);
        Assert.That(x.Gradient, Is.EqualTo(7));
    }

    [Test]
    public void Every_node_can_be_differentiated_whatever_comes_behind_it()
    {
        var g = new Graph<double>();
        var (x, y) = (g.Input("x", 3), g.Input("y", 2));
        var q = x + y;
        var f = q * x;
        g.Backward(f);
        g.Backward(q);
        Assert.That((x.Gradient, y.Gradient, q.Gradient, f.Gradient), Is.EqualTo((1, 1, 1, 0)));
    }

    [Test]
    public void A_loss_layer_is_a_node_like_any_other()
    {
        var g = new Graph<double>();
        var (a, b) = (g.Input("a", [1, 1], 3), g.Input("b", [1, 1], 1));
        var loss = g.Apply("EuclideanLoss", a, b);
        var s = g.Sigmoid(loss);
        g.Backward(s);
        // The loss is ½·2² = 2; σ′(2) = 0.104994, times ∂loss/∂a = 2.
        Assert.That((loss.Value, loss.Gradient), Is.EqualTo((2, 0.104994)).Within(1e-6));
        Assert.That(a.Gradient, Is.EqualTo(0.209987).Within(1e-6));
        g.Backward(g.Sigmoid(a));
        Assert.That(a.Gradient, Is.EqualTo(0.045177).Within(1e-6));
    }

    [Test]
    public void Inputs_keep_the_values_they_were_given_when_the_graph_grows()
    {
        var g = new Graph<double>();
        var x = g.Input("x", 3);
        var square = x * x;
        g.Forward();
        x.Value = 5;
        var f = square + x;
        g.Backward(f);
        Assert.That((f.Value, x.Gradient), Is.EqualTo((30, 11)));
    }

    [Test]
    public void Tensors_broadcast_and_multiply()
    {
        var g = new Graph<double>();
        var w = g.Input("W", [2, 2], 0.1, 0.5, -0.3, 0.8);
        var x = g.Input("x", [2], 0.2, 0.4);
        var f = g.SumOfSquares(g.MatMul(w, x));
        g.Backward(f);
        Assert.That(f.Value, Is.EqualTo(0.116).Within(1e-15));
        Assert.That(w.Blob.Diff.ToArray(), Is.EqualTo(new[] { 0.088, 0.176, 0.104, 0.208 }).Within(1e-15));
        Assert.That(() => w.Value, Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "node 'W': received the shape 2×2, allowed: one element; use Blob"));
    }

    [Test]
    public void The_other_gates_compute_what_their_names_say()
    {
        var g = new Graph<double>();
        var (x, y) = (g.Input("x", 2), g.Input("y", 4));
        var nodes = new (GraphNode<double> Node, double Value)[]
        {
            (x - y, -2), (x / y, 0.5), (-x, -2), (g.Max(x, y), 4), (g.Reciprocal(y), 0.25), (g.Exp(x), Math.Exp(2)),
            (g.Log(y), Math.Log(4)), (g.Sigmoid(x), 1 / (1 + Math.Exp(-2))),
        };
        g.Forward();
        foreach (var (node, value) in nodes)
            Assert.That(node.Value, Is.EqualTo(value).Within(1e-15), node.Name);
    }

    [Test]
    public void A_name_used_twice_and_a_node_of_another_graph_are_refused()
    {
        var g = new Graph<double>();
        var x = g.Input("x", 1);
        Assert.That(() => g.Input("x", 2), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "graph: received the name 'x' twice, allowed: a name of its own"));
        var other = new Graph<double>().Input("y", 1);
        Assert.That(() => x + other, Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "graph: node 'Add1': received the input 'y' of another graph, allowed: nodes of this one"));
    }
}
