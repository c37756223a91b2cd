using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class DataLocationsTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Places_come_in_order()
    {
        var named = Directory.CreateDirectory(folder.In("named")).FullName;
        Environment.SetEnvironmentVariable("NF_DATA", named);
        Assert.That(DataLocations.Places().Select(place => place.Path), Is.EqualTo(new[]
        {
            folder.Path, named, Path.GetFullPath("data"), folder.In("cache", "neuralframework"),
        }));
    }

    [Test]
    public void The_cache_is_in_the_home_folder_unless_XDG_names_an_absolute_one()
    {
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "relative");
        Assert.That(DataLocations.Places()[^1].Path,
            Is.EqualTo(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache",
                "neuralframework")));
    }

    [Test]
    public void A_chosen_folder_that_does_not_exist_is_an_error()
    {
        DataLocations.Folder = folder.In("nowhere");
        Assert.That(DataLocations.Places, Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"--data: received '{folder.In("nowhere")}', which does not exist; allowed: an existing folder"));
    }

    [Test]
    public void A_file_named_by_the_variable_is_an_error()
    {
        var file = folder.Write("file", "");
        Environment.SetEnvironmentVariable("NF_DATA", file);
        Assert.That(DataLocations.Places, Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"$NF_DATA: received '{file}', which is a file; allowed: an existing folder"));
    }

    [Test]
    public void Files_are_found_in_the_sets_folder_before_the_place_itself_and_in_the_first_place_that_has_any()
    {
        string? Found() => DataLocations.Find("set", ["a.bin", "b.bin"]);
        Assert.That(Found(), Is.Null);
        folder.Write("cache/neuralframework/set/a.bin", "");
        Assert.That(Found(), Is.EqualTo(folder.In("cache", "neuralframework", "set")));
        folder.Write("b.bin", "");
        Assert.That(Found(), Is.EqualTo(folder.Path));
        folder.Write("set/b.bin", "");
        Assert.That(Found(), Is.EqualTo(folder.In("set")));
    }

    [Test]
    public void Sets_are_installed_in_the_chosen_folder_else_the_variables_else_the_cache()
    {
        Environment.SetEnvironmentVariable("NF_DATA", folder.In("named"));
        Assert.That(DataLocations.InstallFolder, Is.EqualTo(folder.Path));
        DataLocations.Folder = null;
        Assert.That(DataLocations.InstallFolder, Is.EqualTo(folder.In("named")));
        Environment.SetEnvironmentVariable("NF_DATA", null);
        Assert.That(DataLocations.InstallFolder, Is.EqualTo(folder.In("cache", "neuralframework")));
    }
}
