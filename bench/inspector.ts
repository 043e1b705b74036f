/** Asks a Node process with `--inspect` over its debugging protocol. */

const ANSWER_MS_MAX = 60_000;

interface Question {
  method: string;
  params?: Record<string, unknown>;
}

/** @returns the value of the last question's result, which must be a number */
export async function askInspector(port: number, questions: readonly Question[]): Promise<number> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target!.webSocketDebuggerUrl);
  try {
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", () => reject(new Error(`no inspector at port ${port}`)), {
        once: true,
      });
    });
    let value = Number.NaN;
    for (const [id, question] of questions.entries()) value = await ask(socket, id, question);
    return value;
  } finally {
    socket.close();
  }
}

function ask(socket: WebSocket, id: number, question: Question): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no answer to ${question.method}`)), ANSWER_MS_MAX);
    const receive = ({ data }: MessageEvent) => {
      const answer = JSON.parse(String(data)) as { id?: number; result?: { result?: { value?: number } } };
      if (answer.id !== id) return;
      clearTimeout(late);
      socket.removeEventListener("message", receive);
      resolve(answer.result?.result?.value ?? Number.NaN);
    };
    socket.addEventListener("message", receive);
    socket.send(JSON.stringify({ id, ...question }));
  });
}
