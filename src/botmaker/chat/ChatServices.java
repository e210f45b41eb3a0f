package botmaker.chat;

import java.util.List;
import java.util.Optional;

/// All chat services.
public final class ChatServices {
    private static final List<ChatService> ALL = List.of(new Telegram(), new Discord(), new Slack(), new Matrix(), new Mattermost());

    private ChatServices() {}

    /// Finds a service by the name that the policy gives it.
    public static Optional<ChatService> of(String id) {
        return ALL.stream().filter(service -> service.id().equals(id)).findFirst();
    }
}
