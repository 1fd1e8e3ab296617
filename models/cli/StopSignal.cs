using System.Runtime.InteropServices;

namespace Adjoint.Commands;

/// <summary>Whether the user has asked to stop. The first Ctrl-C or SIGTERM asks, the second ends the process at once; a run survives both.</summary>
sealed class StopSignal
{
    volatile bool isRequested;

    /// <summary>Whether a stop was asked for.</summary>
    public bool IsRequested => isRequested;

    /// <summary>Asks to stop at the next step boundary.</summary>
    public void Request() => isRequested = true;

    /// <summary>Listens to the process's signals until disposed.</summary>
    public IDisposable Listen()
    {
        void Handle(PosixSignalContext context)
        {
            context.Cancel = !isRequested;
            Request();
        }

        return new Registrations(PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
    }

    sealed class Registrations(params IDisposable[] all) : IDisposable
    {
        public void Dispose() => Array.ForEach(all, one => one.Dispose());
    }
}
