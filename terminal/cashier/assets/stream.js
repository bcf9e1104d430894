// The way to the daemon and back: screens in, key presses out.

const patience = 700; // ms without a stream before anybody is told

// listen keeps a stream open for ever.
export function listen(url, view) {
  let told = 0;
  const source = new EventSource(url);
  // A daemon that was restarted counts its turns anew.
  source.onopen = view.fresh;
  source.addEventListener('view', (e) => {
    clearTimeout(told);
    told = 0;
    view.show(JSON.parse(e.data));
  });
  source.onerror = async () => {
    told ||= setTimeout(view.lost, patience);
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    clearTimeout(told);
    view.lost();
    const page = await fetch(location.href).catch(() => null);
    if (page?.status === 401) location.reload(); // for the gate to say how to get in
    else setTimeout(listen, 1000, url, view);
  };
}

let last = Promise.resolve();

// post sends one key press after the other, and says whether it was carried out.
export function post(url, body, view) {
  last = last.then(async () => {
    try {
      const answer = await fetch(url, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
      });
      if (answer.status === 401) location.reload();
      if (answer.headers.get('Content-Type') === 'application/json') view.show(await answer.json());
      return answer.ok;
    } catch {
      view.lost(); // the stream tells when the daemon is back
      return false;
    }
  });
  return last;
}
