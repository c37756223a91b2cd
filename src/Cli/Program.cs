using NeuralFramework.Cli;

return App.Run(args, Console.Out, Console.Error);
