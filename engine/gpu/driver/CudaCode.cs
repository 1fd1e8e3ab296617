namespace Adjoint.Gpu;

/// <summary>The driver's error codes of which the runtime knows more than their text.</summary>
static class CudaCode
{
    public const int InvalidValue = 1;
    public const int OutOfMemory = 2;
    public const int NoDevice = 100;
    public const int LaunchOutOfResources = 701;

    /// <summary>Whether the code leaves the device unusable for the process: whatever is asked afterwards fails with it.</summary>
    public static bool IsSticky(int code) => code is 214 or 220 or 700 or 702 or 709 or 710 or (>= 714 and <= 719);

    /// <summary>What to do about an error.</summary>
    public static string Remedy(int code) => code switch
    {
        InvalidValue => "Does the memory still belong to its tensor, and does the range lie inside?",
        3 or 4 => "Is the process ending, or did it fork after the driver had started? Start a new process.",
        46 => "Another process holds the device alone: end it, or set the device's compute mode to default with nvidia-smi.",
        NoDevice => "Is a GPU built in, visible in nvidia-smi and not hidden by CUDA_VISIBLE_DEVICES?",
        101 => "List the devices with adjoint doctor.",
        200 or 209 => "The kernel was built for a newer or another architecture: build the pack for this device too.",
        218 => "The driver's compiler rejects the kernel's text: build the pack again, or report the kernel.",
        221 => "Install the whole driver: its compiler of kernel text (libnvidia-ptxjitcompiler or nvptxjitcompiler) is missing.",
        222 => "Install a newer driver: this one does not know the kernel's instruction set.",
        214 or 220 => "The hardware reports a defect of its memory or links: see nvidia-smi -q.",
        500 => "The kernel's text has no entry point of this name: build the pack again.",
        700 or (>= 714 and <= 719) => "The device is lost to this process: start it again; ADJOINT_DEBUG=4 waits after each kernel and names the one that fails.",
        702 => "The kernel ran longer than the display allows: use smaller sizes or a device without a display, and start the process again.",
        709 or 710 => "The device is lost to this process: start it again.",
        LaunchOutOfResources => "Use fewer threads in a block or less shared memory.",
        802 => "The machine is not ready: is the fabric manager running?",
        803 => "The driver library and the kernel module differ in version: restart the machine after the driver's update.",
        804 => "The library of a compatibility package does not serve this device: remove it from the search path.",
        >= 900 and <= 909 => "A call that cannot be part of a graph came while one was recorded.",
        999 => "See the system's log, and restart the machine if nvidia-smi fails too.",
        _ => "See adjoint doctor.",
    };
}
