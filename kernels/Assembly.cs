// Scratch buffers of kernels are written before they are read; clearing them first would cost more than short rows.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
