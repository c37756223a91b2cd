using NUnit.Framework;

namespace NeuralFramework.Tests;

public class SuggestionTests
{
    [TestCase("num_ouput", "num_output", TestName = "One_letter_missing")]
    [TestCase("nmu_output", "num_output", TestName = "Two_letters_exchanged")]
    [TestCase("relu", "ReLU", TestName = "Another_case")]
    [TestCase("innerproduct", "InnerProduct", TestName = "Another_case_of_a_long_word")]
    [TestCase("botom", "bottom", TestName = "One_letter_doubled")]
    public void The_word_that_was_meant_is_suggested(string received, string meant) =>
        Assert.That(Suggestion.For(received, ["num_output", "ReLU", "bottom", "InnerProduct", "Sigmoid"]),
            Is.EqualTo($"; did you mean '{meant}'?"));

    [TestCase("xyz")]
    [TestCase("convolution")]
    [TestCase("")]
    public void A_word_that_is_near_to_none_has_no_suggestion(string received) =>
        Assert.That(Suggestion.For(received, ["num_output", "ReLU", "bottom", "fc", "a", ""]), Is.Empty);

    [Test]
    public void The_nearest_of_several_is_suggested() =>
        Assert.That(Suggestion.For("fc11", ["fc3", "fc1", "fc12"]), Is.EqualTo("; did you mean 'fc1'?"));

    [Test]
    public void Nothing_is_suggested_where_nothing_is_allowed() => Assert.That(Suggestion.For("fc1", []), Is.Empty);

    [Test]
    public void Words_with_no_letter_in_common_are_not_suggested() => Assert.That(Suggestion.For("x", ["y"]), Is.Empty);

    [Test]
    public void An_empty_candidate_is_never_suggested() => Assert.That(Suggestion.For("a", [""]), Is.Empty);
}
