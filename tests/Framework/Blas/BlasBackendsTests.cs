using NUnit.Framework;

namespace NeuralFramework.Tests;

public class BlasBackendsTests
{
    [Test]
    public void An_unknown_name_is_refused_with_a_suggestion()
    {
        var error = Assert.Throws<ConfigException>(() => BlasBackends.Load("mlk"))!;
        Assert.That(error.Message, Is.EqualTo(
            "BLAS backend: received 'mlk', allowed: auto, mkl, openblas, managed, mathnet; did you mean 'mkl'?"));
    }

    [Test]
    public void A_library_that_is_not_there_is_an_error_that_lists_every_path_tried()
    {
        var error = Assert.Throws<BackendException>(() =>
            BlasLibrary.Load("mkl", ["libnowhere.so", "/nowhere/libmkl_rt.so"], "to install it: …"))!;
        Assert.That(error.Message, Does.Contain("BLAS backend 'mkl' cannot be loaded, tried:"));
        Assert.That(error.Message, Does.Contain("  libnowhere.so: "));
        Assert.That(error.Message, Does.Contain("  /nowhere/libmkl_rt.so: no such file"));
        Assert.That(error.Message, Does.EndWith("to install it: …"));
    }

    [Test]
    public void Auto_takes_the_first_that_loads()
    {
        var managed = new ManagedBackend();
        var loaded = BlasBackends.Load(BlasBackends.Auto,
        [
            new("first", () => throw new BackendException("not here")),
            new("second", () => managed),
            new("third", () => throw new InvalidOperationException("must not be tried")),
        ]);
        Assert.That(loaded, Is.SameAs(managed));
    }

    [Test]
    public void Auto_prefers_native_libraries_and_managed_to_mathnet() =>
        Assert.That(BlasBackends.Names, Is.EqualTo(new[] { "mkl", "openblas", "managed", "mathnet" }));

    [Test]
    public void Managed_and_mathnet_load_on_every_machine()
    {
        var available = BlasBackends.Probe().Where(probe => probe.Available).Select(probe => probe.Name);
        Assert.That(available, Is.SupersetOf(new[] { "managed", "mathnet" }));
    }

    [Test]
    public void A_backend_that_does_not_load_says_why()
    {
        foreach (var probe in BlasBackends.Probe().Where(probe => !probe.Available))
            Assert.That(probe.Detail, Does.Contain("to install it"), probe.Name);
        Assert.That(BlasBackends.Probe().Select(probe => probe.Name), Is.EqualTo(BlasBackends.Names));
    }
}
