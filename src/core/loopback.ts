/** Whether a host is this very machine, said so that no name server has a word in it: `127.example.com` is somebody else's. Takes a URL's hostname, too. */
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/;

export const isLoopback = (host: string): boolean => loopback.test(host);
