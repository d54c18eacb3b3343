/** The server as a process: over IPC from the desktop client, over stdio (`--stdio`) from any other. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { systemScheduler } from './async/scheduler';
import { bySchemeHost, clientHost } from './host/clientHost';
import { nodeHost } from './host/nodeHost';
import { serve } from './lsp/connection';
import { nodeMatcher } from './workers/nodeMatcher';
import { threadsBeside } from './workers/threadPool';

const connection = createConnection(ProposedFeatures.all);
const editorFiles = clientHost((method, params) => connection.sendRequest(method, params));
serve(connection, bySchemeHost(nodeHost(threadsBeside()), editorFiles), systemScheduler, nodeMatcher());
