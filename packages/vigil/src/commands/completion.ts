/** `vigil completion`: words for the tab key, from the commands themselves. */

import { type Argument, type Command, Argument as CommandArgument } from "commander";
import type { Io } from "../cli/io.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** Add it last: it completes the commands that are there then. */
export function addCompletionCommand(program: Command, io: Io): void {
  const command = program
    .command("completion")
    .description("print a script that has a shell complete commands, options and their choices")
    .addArgument(new CommandArgument("<shell>", "which shell").choices(SHELLS))
    .addHelpText(
      "after",
      `
Examples:
  $ vigil completion bash > /etc/bash_completion.d/vigil
  $ vigil completion zsh > /usr/local/share/zsh/site-functions/_vigil
  $ vigil completion fish > ~/.config/fish/completions/vigil.fish`,
    );
  command.action((shell: Shell) => {
    io.stdout.write(SCRIPTS[shell](placesOf(program)));
  });
}

/** What may stand after some words of a command line. */
interface Place {
  /** The words after `vigil`, commands only: "events list"; empty: the program itself. */
  path: string;
  words: string[];
  /** Options that take a value; where it is one of a few, those. */
  values: { option: string; choices: string[] }[];
}

function placesOf(command: Command, path: readonly string[] = []): Place[] {
  const options = command.createHelp().visibleOptions(command);
  const choices = command.registeredArguments.flatMap((argument: Argument) => argument.argChoices ?? []);
  const own: Place = {
    path: path.join(" "),
    words: [
      ...command.commands.map((child) => child.name()),
      ...options.flatMap(({ long }) => long ?? []),
      ...choices,
    ],
    values: options
      .filter((option) => option.required && option.long)
      .map((option) => ({ option: option.long ?? "", choices: option.argChoices ?? [] })),
  };
  return [own, ...command.commands.flatMap((child) => placesOf(child, [...path, child.name()]))];
}

/** Lines of a shell's case: all have the same syntax. */
function cases(places: readonly Place[], quoteOf: (words: readonly string[]) => string): string {
  return places
    .map(({ path, words }) => `    ${JSON.stringify(path)}) offers=${quoteOf(words)} ;;`)
    .join("\n");
}

/** Options that take a value which nobody can list (a path, a number): files are offered. */
function valueOptions(places: readonly Place[]): string {
  return [...new Set(places.flatMap(({ values }) => values.map(({ option }) => option)))].sort().join("|");
}

function choiceCases(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, values }) =>
    values
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ option, choices }) =>
          `    ${JSON.stringify(`${path} ${option}`)}) choices="${choices.join(" ")}" ;;`,
      ),
  );
  return lines.join("\n");
}

/** The commands among the words so far, as bash and zsh alike find them. `path` is a name of zsh's own. */
const FIND_PATH = (places: readonly Place[]) => `  local place="" word
  for word in "\${before[@]}"; do
    case "\${place:+$place }$word" in
      ${places.flatMap(({ path }) => (path === "" ? [] : [JSON.stringify(path)])).join("|")}) place="\${place:+$place }$word" ;;
    esac
  done`;

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash: (places) => `# Completion of vigil for bash, made by: vigil completion bash
_vigil() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}") offers="" choices=""
${FIND_PATH(places)}
  case "$place $previous" in
${choiceCases(places)}
  esac
  if [ -n "$choices" ]; then COMPREPLY=($(compgen -W "$choices" -- "$current")); return; fi
  case "$previous" in
    ${valueOptions(places)}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$place" in
${cases(places, (words) => `"${words.join(" ")}"`)}
  esac
  COMPREPLY=($(compgen -W "$offers" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _vigil vigil
`,
  zsh: (places) => `#compdef vigil
# Completion of vigil for zsh, made by: vigil completion zsh
_vigil() {
  local previous="\${words[CURRENT - 1]}" choices=""
  local -a before offered
  before=("\${(@)words[2,CURRENT-1]}")
  local offers=""
${FIND_PATH(places)}
  case "$place $previous" in
${choiceCases(places)}
  esac
  if [ -n "$choices" ]; then offered=(\${=choices}); compadd -- $offered; return; fi
  case "$previous" in
    ${valueOptions(places)}) _files; return ;;
  esac
  case "$place" in
${cases(places, (words) => `"${words.join(" ")}"`)}
  esac
  offered=(\${=offers})
  compadd -- $offered || _files
}
if [ "$funcstack[1]" = "_vigil" ]; then _vigil "$@"; else compdef _vigil vigil; fi
`,
  fish: (places) => {
    const lines = places.flatMap(({ path, words, values }) => {
      const there = `-n '__vigil_at "${path}"'`;
      const takesValue = new Map(values.map(({ option, choices }) => [option, choices]));
      return words.map((word) => {
        if (!word.startsWith("--")) return `complete -c vigil -f ${there} -a ${word}`;
        const choices = takesValue.get(word);
        const value =
          choices === undefined ? "" : choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : " -r";
        return `complete -c vigil ${there} -l ${word.slice(2)}${value}`;
      });
    });
    const paths = places.flatMap(({ path }) => (path === "" ? [] : [JSON.stringify(path)])).join(" ");
    return `# Completion of vigil for fish, made by: vigil completion fish
function __vigil_at
  set -l path
  for word in (commandline -opc)[2..-1]
    if contains -- (string join -- ' ' $path $word) ${paths}
      set path $path $word
    end
  end
  set -l joined (string join -- ' ' $path)
  test "$joined" = "$argv[1]"
end
${lines.join("\n")}
`;
  },
};
