/** The server as a process: over IPC from the desktop client, over stdio (`--stdio`) from any other. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { systemScheduler } from './async/scheduler';
import { serve } from './connection';
import { bySchemeHost, clientHost } from './host-client';
import { nodeHost } from './host-node';
import { nodeMatcher } from './node/matcher';
import { threadsBeside } from './node/threads';

const connection = createConnection(ProposedFeatures.all);
const editorFiles = clientHost((method, params) => connection.sendRequest(method, params));
serve(connection, bySchemeHost(nodeHost(threadsBeside()), editorFiles), systemScheduler, nodeMatcher());
