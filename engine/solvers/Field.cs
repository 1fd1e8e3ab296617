namespace Adjoint;

/// <summary>The right side of dx/dt = f(t, x). The result has x's shape.</summary>
public delegate Tensor Field(double t, Tensor x);

/// <summary>The right side of a system whose state is several tensors; the results have their shapes.</summary>
public delegate Tensor[] SystemField(double t, Tensor[] x);

/// <summary>The right side of dx/dt = f(t, x; parameters), with everything that derivatives shall flow to as an argument.</summary>
public delegate Tensor ParametricField(double t, Tensor x, Tensor[] parameters);
