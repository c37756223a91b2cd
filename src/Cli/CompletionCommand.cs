using System.CommandLine;

namespace NeuralFramework.Cli;

/// <summary><c>nf completion</c>: a script that lets a shell complete commands, options and names.</summary>
internal static class CompletionCommand
{
    private enum Shell
    {
        Bash,
        Zsh,
        Pwsh,
    }

    private static readonly Argument<Shell> What = new("SHELL") { Description = "bash, zsh or pwsh" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("completion",
            "Print the script for a shell's completion; bash: eval \"$(nf completion bash)\"")
        {
            What,
        };
        command.SetAction(parsed =>
        {
            common.Terminal.Raw(parsed.GetValue(What) switch
            {
                Shell.Bash => Bash,
                Shell.Zsh => Zsh,
                _ => Pwsh,
            });
            return ExitCode.Done;
        });
        return command;
    }

    // The program itself is asked, with the line behind its name. Options only where one is begun: else a path is meant,
    // which the shell completes.
    private const string Bash = """
        # eval "$(nf completion bash)"
        _nf() {
            local word="${COMP_WORDS[COMP_CWORD]}" line="${COMP_LINE#* }" words
            words="$("${COMP_WORDS[0]}" "[suggest:$((COMP_POINT - ${#COMP_LINE} + ${#line}))]" "$line" 2> /dev/null)"
            if [[ $word != -* ]]; then words="$(grep -v '^[-/]' <<< "$words")"; fi
            COMPREPLY=($(compgen -W "$words" -- "$word"))
        }
        complete -o default -F _nf nf ./nf
        """;

    private const string Zsh = """
        #compdef nf
        # eval "$(nf completion zsh)", behind compinit
        _nf() {
            local line="${BUFFER#* }" word="${words[CURRENT]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:$((CURSOR - ${#BUFFER} + ${#line}))]" "$line" 2> /dev/null)}")
            if [[ $word != -* ]]; then found=("${(@)found:#[-/]*}"); fi
            compadd -a found || _files
        }
        compdef _nf nf ./nf
        """;

    private const string Pwsh = """
        # nf completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName nf -ScriptBlock {
            param($word, $ast, $position)
            $line = $ast.ToString()
            $rest = if ($line.Contains(' ')) { $line.Substring($line.IndexOf(' ') + 1) } else { '' }
            $at = [Math]::Max(0, $position - $line.Length + $rest.Length)
            & $ast.CommandElements[0].ToString() "[suggest:$at]" $rest |
                Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }
        """;
}
