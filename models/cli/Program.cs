return Adjoint.Commands.AdjointCommand.Run(args, Console.Out, Console.Error);
