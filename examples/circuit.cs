#:project ../src/Framework/Framework.csproj
#:project ../src/Layers/Layers.csproj
#:property PublishAot=false

// The sigmoid neuron of the CS231n notes as single gates: forward values, local gradients, and the chain rule that makes
// gradients of them. Run: dotnet run examples/circuit.cs
using NeuralFramework.Layers;

var g = new Graph<double>();
var (w0, x0) = (g.Input("w0", 2), g.Input("x0", -1));
var (w1, x1) = (g.Input("w1", -3), g.Input("x1", -2));
var w2 = g.Input("w2", -3);
var one = g.Input("one", 1);

var f = g.Reciprocal(g.Exp(-(w0 * x0 + w1 * x1 + w2)) + one);
g.Backward(f);

Console.WriteLine("node         value  gradient   local gradients");
foreach (var node in g.Nodes)
{
    var local = node.Inputs.Select((input, i) => $"∂/∂{input.Name} = {node.LocalGradient(i)[0]:0.00}");
    Console.WriteLine($"{node.Name,-12} {node.Value,5:0.00}  {node.Gradient,8:0.00}   {string.Join(", ", local)}");
}
